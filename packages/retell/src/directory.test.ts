import type { ServerResponse } from "node:http";
import { createDirectory, type Directory } from "./directory.ts";
import { json, serve } from "./test-server.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
/** A directory over a server that answers with `answer`; `later` advances the directory's clock, in ms. */
const start = async (answer: Parameters<typeof serve>[0]) => {
  const server = await serve(answer);
  closers.push(server.close);
  let time = 1_000;
  const directory = createDirectory({ apiKey: "key_retell", baseUrl: server.url }, () => time);
  const later = (ms: number) => {
    time += ms;
  };
  return { ...server, directory, later };
};
const queryOf = (url: string) => Object.fromEntries(new URL(url, "http://retell").searchParams);

describe("lists", () => {
  test("the list of numbers covers all pages, with nickname and outbound agents", async () => {
    const pages: Record<string, object> = {
      first: {
        items: [
          {
            phone_number: "+14155550100",
            nickname: "Sales",
            outbound_agents: [
              { agent_id: "agent_1", weight: 0.5 },
              { agent_id: "agent_2", weight: 0.5 },
            ],
          },
        ],
        has_more: true,
        pagination_key: "second",
      },
      second: { items: [{ phone_number: "+14155550101", outbound_agents: null }], has_more: false },
    };
    const { directory, arrived } = await start((req, res) =>
      json(res, 200, pages[queryOf(req.url!).pagination_key ?? "first"]!),
    );
    expect(await directory.numbers()).toEqual({
      kind: "listed",
      items: [
        { phone_number: "+14155550100", nickname: "Sales", agent_ids: ["agent_1", "agent_2"] },
        { phone_number: "+14155550101", nickname: null, agent_ids: [] },
      ],
    });
    expect(arrived.map(({ method, url }) => [method, url.split("?")[0]])).toEqual([
      ["GET", "/v2/list-phone-numbers"],
      ["GET", "/v2/list-phone-numbers"],
    ]);
  });

  test("the list of agents covers all pages, without chat-only agents", async () => {
    const { directory, arrived } = await start((req, res) =>
      queryOf(req.url!).pagination_key === undefined
        ? json(res, 200, {
            items: [
              { agent_id: "agent_1", agent_name: "Ada", channel: "voice" },
              { agent_id: "agent_2", agent_name: "Typist", channel: "chat" },
            ],
            has_more: true,
            pagination_key: "agent_2",
          })
        : json(res, 200, { items: [{ agent_id: "agent_3", agent_name: null, channel: "voice" }], has_more: false }),
    );
    expect(await directory.agents()).toEqual({
      kind: "listed",
      items: [
        { agent_id: "agent_1", name: "Ada" },
        { agent_id: "agent_3", name: null },
      ],
    });
    expect(arrived).toMatchObject([{ method: "POST" }, { method: "POST" }]);
  });

  test("a list is cached for a minute", async () => {
    const { directory, arrived, later } = await start((_req, res) => json(res, 200, { items: [], has_more: false }));
    await directory.numbers();
    later(59_999);
    await directory.numbers();
    expect(arrived).toHaveLength(1);
    later(1);
    await directory.numbers();
    expect(arrived).toHaveLength(2);
  });

  test("callers that ask while a request is under way share it", async () => {
    let arrive: (res: ServerResponse) => void = () => undefined;
    const first = new Promise<ServerResponse>((resolve) => {
      arrive = resolve;
    });
    const { directory, arrived } = await start((_req, res) => arrive(res));
    const answers = Promise.all([directory.numbers(), directory.numbers(), directory.numbers()]);
    json(await first, 200, { items: [{ phone_number: "+14155550100" }], has_more: false });
    const [answer, ...others] = await answers;
    expect(answer).toMatchObject({ kind: "listed", items: [{ phone_number: "+14155550100" }] });
    expect(others).toEqual([answer, answer]);
    expect(arrived).toHaveLength(1);
  });

  test("a failure is not cached and does not wait for a Retry-After", async () => {
    let status = 503;
    const { directory, arrived } = await start((_req, res) =>
      json(res, status, { items: [], has_more: false }, { "retry-after": "3600" }),
    );
    expect(await directory.numbers()).toEqual({ kind: "unknown", why: "status 503" });
    status = 401;
    expect(await directory.numbers()).toEqual({ kind: "barred", status: 401 });
    status = 200;
    expect(await directory.numbers()).toEqual({ kind: "listed", items: [] });
    expect(arrived).toHaveLength(3);
  });

  test("a failed page after a good page fails the whole list", async () => {
    const { directory } = await start((req, res) =>
      queryOf(req.url!).pagination_key === undefined
        ? json(res, 200, { items: [{ phone_number: "+14155550100" }], has_more: true, pagination_key: "x" })
        : json(res, 500, {}),
    );
    expect(await directory.numbers()).toEqual({ kind: "unknown", why: "status 500" });
  });

  test("a list whose pages never end is given up", async () => {
    const { directory, arrived } = await start((_req, res) =>
      json(res, 200, { items: [], has_more: true, pagination_key: "again" }),
    );
    expect(await directory.numbers()).toMatchObject({ kind: "unknown" });
    expect(arrived.length).toBeLessThanOrEqual(1_000);
  });

  test("an unreachable Retell is an answer, not an exception", async () => {
    const { directory, close } = await start((_req, res) => json(res, 200, {}));
    await close();
    expect(await directory.agents()).toEqual({ kind: "unknown", why: "ECONNREFUSED" });
  });
});

describe.each<[string, string, (directory: Directory) => Promise<unknown>]>([
  ["a number", "/get-phone-number/+14155550100", (directory) => directory.knowsNumber("+14155550100")],
  ["an agent", "/get-agent/agent_1", (directory) => directory.knowsAgent("agent_1")],
])("%s", (_what, path, ask) => {
  test.each([
    [200, "known"],
    [404, "unknown"],
    [422, "unknown"],
    [400, "unverified"],
    [401, "unverified"],
    [402, "unverified"],
    [429, "unverified"],
    [500, "unverified"],
    [503, "unverified"],
  ])("answered with %d is %s, after one request", async (status, knowledge) => {
    const { directory, arrived } = await start((_req, res) => json(res, status, {}, { "retry-after": "0" }));
    expect(await ask(directory)).toBe(knowledge);
    expect(arrived).toMatchObject([{ method: "GET", url: path, headers: { authorization: "Bearer key_retell" } }]);
  });

  test("is looked up anew each time", async () => {
    let status = 422;
    const { directory } = await start((_req, res) => json(res, status, {}));
    expect(await ask(directory)).toBe("unknown");
    status = 200;
    expect(await ask(directory)).toBe("known");
  });

  test("without an answer, or with half an answer, is unverified within two seconds", async () => {
    const silent = await start(() => undefined);
    const half = await start((_req, res) => {
      res.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      res.write('{"phone');
    });
    const began = performance.now();
    expect(await Promise.all([ask(silent.directory), ask(half.directory)])).toEqual(["unverified", "unverified"]);
    const tookMs = performance.now() - began;
    // The time-out of the lists, 10 s, does not apply here.
    expect(tookMs).toBeGreaterThan(1_900);
    expect(tookMs).toBeLessThan(6_000);
  });

  test("is unverified when no server listens", async () => {
    const { directory, close } = await start((_req, res) => json(res, 200, {}));
    await close();
    expect(await ask(directory)).toBe("unverified");
  });
});
