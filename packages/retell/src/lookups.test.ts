import { createLookups, type Lookups } from "./lookups.ts";
import { json, serve } from "./test-server.ts";

const OURS = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
const start = async (answer: Parameters<typeof serve>[0]) => {
  const server = await serve(answer);
  closers.push(server.close);
  return { ...server, lookups: createLookups({ apiKey: "key_retell", baseUrl: server.url }) };
};
const items = (...calls: object[]) => start((_req, res) => json(res, 200, { items: calls, has_more: false }));

test("a call is looked for by our id in its metadata", async () => {
  const { lookups, arrived } = await items({ call_id: "call_1", call_status: "ongoing", metadata: { call_id: OURS } });
  expect(await lookups.findByCallId(OURS)).toMatchObject({ call_id: "call_1", call_status: "ongoing" });
  expect(arrived).toMatchObject([
    { method: "POST", url: "/v3/list-calls", headers: { authorization: "Bearer key_retell" } },
  ]);
  expect(arrived[0]?.body).toEqual({
    filter_criteria: { metadata: [{ key: "call_id", type: "string", op: "eq", value: OURS }] },
    limit: 1,
  });
});

test("many calls are looked for by Retell's ids in one page", async () => {
  const { lookups, arrived } = await items({ call_id: "call_1" }, { call_id: "call_2" });
  expect(await lookups.findMany(["call_1", "call_2", "call_3"])).toMatchObject([
    { call_id: "call_1" },
    { call_id: "call_2" },
  ]);
  expect(arrived.map(({ body }) => body)).toEqual([
    { filter_criteria: { call_id: { type: "enum", op: "in", value: ["call_1", "call_2", "call_3"] } }, limit: 1_000 },
  ]);
});

test("a look-up without a match returns null or an empty list", async () => {
  const { lookups } = await items();
  expect(await lookups.findByCallId(OURS)).toBeNull();
  expect(await lookups.findMany(["call_1"])).toEqual([]);
});

test("a malformed item does not hide the others, and malformed fields do not hide a call", async () => {
  const { lookups } = await items(
    {},
    { call_id: "" },
    { call_id: "call_1", duration_ms: "long", metadata: null, disconnection_reason: 7 },
  );
  expect(await lookups.findMany(["call_1"])).toMatchObject([
    { call_id: "call_1", duration_ms: null, disconnection_reason: null },
  ]);
});

test("a look-up sends one request and does not wait for a Retry-After", async () => {
  const { lookups, arrived } = await start((_req, res) => json(res, 429, {}, { "retry-after": "3600" }));
  await expect(lookups.findMany(["call_1"])).rejects.toMatchObject({ status: 429 });
  await expect(lookups.findByCallId(OURS)).rejects.toMatchObject({ status: 429 });
  expect(await lookups.probe()).toMatchObject({ kind: "busy" });
  expect(arrived).toHaveLength(3);
});

test("an answer whose body stops half-way ends with the look-up's own time-out", async () => {
  const { lookups } = await start((_req, res) => {
    res.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    res.write('{"items": [');
  });
  const [many, probe] = await Promise.allSettled([lookups.findMany(["call_1"]), lookups.probe()]);
  expect(many.status).toBe("rejected");
  expect(probe).toMatchObject({ status: "fulfilled", value: { kind: "unknown" } });
});

test("a hang-up is retried when Retell fails", async () => {
  let failures = 2;
  const { lookups, arrived } = await start((_req, res) =>
    failures-- > 0 ? json(res, 503, {}) : res.writeHead(204).end(),
  );
  expect(await lookups.hangUp("call_1")).toBe(true);
  expect(arrived).toHaveLength(3);
});

test.each<[string, (lookups: Lookups) => Promise<unknown>]>([
  ["findByCallId", (lookups) => lookups.findByCallId(OURS)],
  ["findMany", (lookups) => lookups.findMany(["call_1"])],
  ["hangUp", (lookups) => lookups.hangUp("call_1")],
])("%s throws when Retell does not answer properly, so that no call is taken for gone", async (_, ask) => {
  for (const status of [401, 429, 500]) {
    const { lookups } = await start((_req, res) => json(res, status, { message: "No" }, { "x-should-retry": "false" }));
    await expect(ask(lookups)).rejects.toMatchObject({ status });
  }
});

test.each([400, 404, 409, 422])("hanging up a call that is over, answered with %d, is no error", async (status) => {
  const { lookups, arrived } = await start((_req, res) =>
    json(res, status, { message: "Call has already ended." }, { "x-should-retry": "false" }),
  );
  expect(await lookups.hangUp("call_1")).toBe(false);
  expect(arrived).toMatchObject([{ method: "POST", url: "/v2/stop-call/call_1" }]);
});

test("hanging up ends a live call", async () => {
  const { lookups } = await start((_req, res) => res.writeHead(204).end());
  expect(await lookups.hangUp("call_1")).toBe(true);
});

test.each<[number, unknown]>([
  [200, "ok"],
  [401, { kind: "barred", status: 401 }],
  [402, { kind: "barred", status: 402 }],
  [429, { kind: "busy" }],
  [500, { kind: "unknown", why: "status 500" }],
])("a probe answered with %d returns %j, after one request", async (status, answer) => {
  const { lookups, arrived } = await start((_req, res) =>
    json(res, status, { current_concurrency: 0 }, { "retry-after": "0" }),
  );
  expect(await lookups.probe()).toEqual(answer);
  expect(arrived).toMatchObject([{ method: "GET", url: "/get-concurrency" }]);
});

test("a probe of an unreachable Retell does not throw", async () => {
  const { lookups, close } = await items();
  await close();
  expect(await lookups.probe()).toEqual({ kind: "unknown", why: "ECONNREFUSED" });
});
