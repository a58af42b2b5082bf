import type { ServerResponse } from "node:http";
import { createDialer, type Dial, type Dialer } from "./dialer.ts";
import { json, serve, serveTcp } from "./test-server.ts";

const TIMEOUT_MS = 400;
const dial: Dial = {
  callId: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  batchId: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  campaignId: "7d444840-9dc0-11d1-b245-5ffdce74fad2",
  fromNumber: "+14157774444",
  toNumber: "+14155551000",
  agentId: null,
  dynamicVariables: {},
};
const placed = (res: ServerResponse) => json(res, 201, { call_id: "call_1", call_status: "registered" });

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
const open = (baseUrl: string, options: { publicUrl?: string; timeoutMs?: number } = {}): Dialer => {
  const dialer = createDialer({ apiKey: "key_retell", baseUrl, timeoutMs: TIMEOUT_MS, ...options });
  closers.push(dialer.close);
  return dialer;
};
const start = async (answer: Parameters<typeof serve>[0]) => {
  const server = await serve(answer);
  closers.push(server.close);
  return server;
};
const startTcp = async (connected: Parameters<typeof serveTcp>[0]) => {
  const server = await serveTcp(connected);
  closers.push(server.close);
  return server;
};

test("the request holds exactly the fields that Retell needs, and our ids", async () => {
  const server = await start((_req, res) => placed(res));
  expect(await open(server.url).dial(dial)).toEqual({ kind: "placed", retellCallId: "call_1" });
  expect(server.arrived).toMatchObject([
    { method: "POST", url: "/v2/create-phone-call", headers: { authorization: "Bearer key_retell" } },
  ]);
  expect(server.arrived[0]?.body).toEqual({
    from_number: "+14157774444",
    to_number: "+14155551000",
    metadata: { call_id: dial.callId, batch_id: dial.batchId, campaign_id: dial.campaignId },
    retell_llm_dynamic_variables: {},
  });
});

test("the request carries the campaign's agent, and the candidate's variables as strings", async () => {
  const server = await start((_req, res) => placed(res));
  const dynamicVariables = { name: "Ana «é» 🙂", age: 41, member: false, balance: 1.5, none: null, list: [1, "a"] };
  await open(server.url).dial({ ...dial, agentId: "agent_7", dynamicVariables });
  expect(server.arrived[0]?.body).toMatchObject({
    override_agent_id: "agent_7",
    retell_llm_dynamic_variables: {
      name: "Ana «é» 🙂",
      age: "41",
      member: "false",
      balance: "1.5",
      none: "null",
      list: '[1,"a"]',
    },
  });
});

test.each([
  ["https://calls.test", "https://calls.test/webhooks/retell"],
  ["https://calls.test/", "https://calls.test/webhooks/retell"],
  ["https://calls.test//", "https://calls.test/webhooks/retell"],
  ["https://calls.test:8443/below", "https://calls.test:8443/below/webhooks/retell"],
  ["https://calls.test/below/", "https://calls.test/below/webhooks/retell"],
])("with PUBLIC_URL %s Retell sends the call's webhooks to %s", async (publicUrl, webhook_url) => {
  const server = await start((_req, res) => placed(res));
  await open(server.url, { publicUrl }).dial(dial);
  expect(server.arrived[0]?.body).toMatchObject({
    agent_override: { agent: { webhook_url, webhook_events: ["call_started", "call_ended", "call_analyzed"] } },
  });
});

test("Retell's address may have a path", async () => {
  const server = await start((_req, res) => placed(res));
  await open(`${server.url}/behind/a/proxy/`).dial(dial);
  expect(server.arrived[0]?.url).toBe("/behind/a/proxy/v2/create-phone-call");
});

test("each dial has a connection of its own", async () => {
  const server = await start((_req, res) => placed(res));
  const dialer = open(server.url);
  for (let n = 0; n < 3; n++) await dialer.dial(dial);
  expect(server.arrived.map(({ headers }) => headers.connection)).toEqual(["close", "close", "close"]);
});

/** How a server may fail, and what that means for the call. In every case the server must see exactly one request. */
const failures: [string, Parameters<typeof serve>[0], object][] = [
  ...[400, 404, 422].map((status): (typeof failures)[number] => [
    `status ${status}`,
    (_req, res) => json(res, status, { status: "error", message: "No" }),
    { kind: "refused", status, message: "No" },
  ]),
  ...[401, 402, 403].map((status): (typeof failures)[number] => [
    `status ${status}`,
    (_req, res) => json(res, status, { status: "error", message: "No" }),
    { kind: "barred", status },
  ]),
  ...[408, 409, 500, 502, 503, 504].map((status): (typeof failures)[number] => [
    `status ${status}`,
    (_req, res) => json(res, status, {}, { "retry-after": "0", "x-should-retry": "true" }),
    { kind: "unknown", why: `status ${status}` },
  ]),
  ["status 429", (_req, res) => json(res, 429, {}, { "retry-after": "0", "x-should-retry": "true" }), { kind: "busy" }],
  ["a reset", (req) => req.socket.resetAndDestroy(), { kind: "unknown" }],
  ["a closed connection", (req) => req.socket.destroy(), { kind: "unknown" }],
  ["silence", () => undefined, { kind: "unknown" }],
  [
    "half an answer",
    (_req, res) => res.writeHead(201, { "content-type": "application/json" }).write('{"call_id":'),
    { kind: "unknown" },
  ],
  [
    "half a refusal",
    (_req, res) => res.writeHead(500, { "content-type": "application/json" }).write("{"),
    { kind: "unknown" },
  ],
  [
    "an answer cut off",
    (_req, res) => res.writeHead(201, { "content-length": "100" }).write("{", () => res.destroy()),
    { kind: "unknown" },
  ],
  [
    "a page instead of JSON",
    (_req, res) => res.writeHead(201, { "content-type": "text/html" }).end("<p>"),
    { kind: "unknown" },
  ],
  [
    "broken JSON",
    (_req, res) => res.writeHead(201, { "content-type": "application/json" }).end("{"),
    { kind: "unknown" },
  ],
  [
    "an answer without call_id",
    (_req, res) => json(res, 201, {}),
    { kind: "unknown", why: "an answer without call_id" },
  ],
  ["no content", (_req, res) => res.writeHead(204).end(), { kind: "unknown" }],
  ["a redirect", (_req, res) => res.writeHead(307, { location: "/elsewhere" }).end(), { kind: "unknown" }],
  [
    "a redirect that drops the body",
    (_req, res) => res.writeHead(302, { location: "/elsewhere" }).end(),
    { kind: "unknown" },
  ],
];

test.each(failures)(
  "%s gets exactly one request and is classified correctly",
  async (_, answer, meaning) => {
    const server = await start(answer);
    const begun = performance.now();
    expect(await open(server.url).dial(dial)).toMatchObject(meaning);
    expect(performance.now() - begun).toBeLessThan(4 * TIMEOUT_MS);
    expect(server.arrived).toHaveLength(1);
  },
  5_000,
);

test("a refused connection surely placed no call", async () => {
  const server = await startTcp(() => undefined);
  await server.close();
  expect(await open(`http://127.0.0.1:${server.port}`).dial(dial)).toEqual({ kind: "not-sent", why: "ECONNREFUSED" });
});

test("an unknown host surely got no call", async () =>
  expect(await open("http://x.invalid").dial(dial)).toMatchObject({
    kind: "not-sent",
    why: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
  }));

test("TLS to a port without TLS surely placed no call", async () => {
  const server = await start((_req, res) => placed(res));
  expect(await open(server.url.replace("http:", "https:")).dial(dial)).toMatchObject({ kind: "not-sent" });
  expect(server.arrived).toEqual([]);
});

test("an interrupted TLS handshake surely placed no call", async () => {
  const server = await startTcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
  expect(await open(`https://127.0.0.1:${server.port}`).dial(dial)).toMatchObject({ kind: "not-sent" });
});

test("a connection not established within half the time-out surely placed no call", async () => {
  const server = await startTcp(() => undefined);
  // undici checks its connect time-out only twice a second.
  const dialer = open(`https://127.0.0.1:${server.port}`, { timeoutMs: 3_000 });
  expect(await dialer.dial(dial)).toMatchObject({ kind: "not-sent" });
});

test("after an HTTP connection is interrupted before an answer the outcome is unknown", async () => {
  const server = await startTcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
  expect(await open(`http://127.0.0.1:${server.port}`).dial(dial)).toMatchObject({ kind: "unknown" });
});

test("a dialer that closes aborts its dials under way, whose outcome is then unknown", async () => {
  let arrived!: () => void;
  const there = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await start(() => arrived());
  const held = createDialer({ apiKey: "key", baseUrl: server.url, timeoutMs: 60_000 });
  const answer = held.dial(dial);
  await there;
  await held.close();
  expect(await answer).toMatchObject({ kind: "unknown" });
});
