import { createClient } from "./create-client.ts";
import { RingfenceError, RingfenceUnreachable, retryAfterOf } from "./errors.ts";
import { DEFAULT_RETRIES, waitAfter } from "./retries.ts";
import { cut, json, KEY, problem, startServer, type TestServer } from "./testing/server.ts";

let server: TestServer;
afterEach(() => server?.close());

const away = problem(503, "unavailable", { "retry-after": "0" });
const ID = { params: { path: { id: "x" } } };

test.each<[number, number | null, number, number | null]>([
  [1, null, 0, 250],
  [1, null, 1, 125],
  [2, null, 0, 500],
  [5, null, 0, 4_000],
  [6, null, 0, null],
  [1, 1_000, 0.5, 1_000],
  [1, 60_000, 0, 60_000],
  [1, 60_001, 0, null],
])("the wait after attempt %d, with Retry-After %p ms and random %p, is %p ms", (attempt, retryAfterMs, chance, wait) =>
  expect(waitAfter(attempt, retryAfterMs, DEFAULT_RETRIES, chance)).toBe(wait),
);

test.each<[string | null, number | null]>([
  [null, null],
  ["3", 3_000],
  ["Wed, 21 Oct 2026 07:28:10 GMT", 10_000],
  ["Wed, 21 Oct 2026 07:27:00 GMT", 0],
  ["soon", null],
])("the header Retry-After: %p means %p ms", (value, ms) => {
  const response = new Response(null, value === null ? {} : { headers: { "retry-after": value } });
  expect(retryAfterOf(response, Date.parse("2026-10-21T07:28:00Z"))).toBe(ms);
});

describe("retried, with the same Idempotency-Key if the operation takes it", () => {
  type Client = ReturnType<typeof createClient>;
  test.each<[string, boolean, (client: Client) => Promise<unknown>]>([
    ["a GET", false, (client) => client.GET("/v1/lines")],
    ["a PUT", false, (client) => client.PUT("/v1/lines", { body: { limit: 5 } })],
    ["a DELETE", false, (client) => client.DELETE("/v1/keys/{id}", ID)],
    ["Pause Batch", false, (client) => client.POST("/v1/batches/{id}/cancel", { ...ID, body: { mode: "hangup" } })],
    ["Stop All", false, (client) => client.POST("/v1/campaigns/{id}/stop", ID)],
    ["a launch", true, (client) => client.POST("/v1/campaigns/{id}/launch", { ...ID, body: { limit: 2 } })],
    ["a new campaign", true, (client) => client.POST("/v1/campaigns", { body: { name: "A", from_number: "+1" } })],
    [
      "candidates as JSON",
      true,
      (client) =>
        client.POST("/v1/campaigns/{id}/candidates", { ...ID, body: { candidates: [{ phone_number: "+1" }] } }),
    ],
    ["a correction", true, (client) => client.PATCH("/v1/candidates/{id}", { ...ID, body: { name: "B" } })],
  ])("%s", async (_what, keyed, request) => {
    server = await startServer(cut, away, problem(502, "internal"), json({ ok: true }));
    expect(await request(server.client())).toEqual({ ok: true });
    expect(server.arrived).toHaveLength(4);
    expect(new Set(server.arrived.map(({ method, path, body }) => `${method} ${path} ${body}`)).size).toBe(1);
    const keys = new Set(server.arrived.map(({ headers }) => headers["idempotency-key"]));
    expect([...keys]).toEqual([keyed ? expect.stringMatching(/^[0-9a-f]{32}$/) : undefined]);
  });

  test("two launches have two keys; a given key is used", async () => {
    server = await startServer(json({}));
    const client = server.client();
    for (let n = 0; n < 2; n++) await client.POST("/v1/campaigns/{id}/launch", ID);
    await client.POST("/v1/campaigns/{id}/launch", {
      params: { path: { id: "x" }, header: { "Idempotency-Key": "mine" } },
    });
    await client.POST("/v1/campaigns/{id}/launch", { ...ID, headers: { "idempotency-key": "also mine" } });
    const keys = server.arrived.map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys).size).toBe(4);
    expect(keys.slice(2)).toEqual(["mine", "also mine"]);
  });
});

describe("never retried", () => {
  type Client = ReturnType<typeof createClient>;
  const key = (client: Client) => client.POST("/v1/keys", { body: { name: "A", role: "viewer" } });
  const csv = (client: Client) => client.importCandidates("x", "phone_number\n", "text/csv");
  const ndjson = (client: Client) => client.importDoNotCall(["{}\n"], "application/x-ndjson");
  const activate = (client: Client) => client.PATCH("/v1/campaigns/{id}", { ...ID, body: { status: "active" } });
  test.each<[string, (client: Client) => Promise<unknown>]>([
    ["a new key", key],
    ["CSV", csv],
    ["NDJSON", ndjson],
    ["setting a campaign active, which a stop may have followed", activate],
  ])("%s", async (_what, request) => {
    server = await startServer(cut, away);
    await expect(request(server.client())).rejects.toBeInstanceOf(RingfenceUnreachable);
    await expect(request(server.client())).rejects.toBeInstanceOf(RingfenceError);
    expect(server.arrived).toHaveLength(2);
    expect(server.arrived[0]!.headers).not.toHaveProperty("idempotency-key");
  });

  test.each([400, 401, 404, 409, 422, 500])("a request answered with %d", async (status) => {
    server = await startServer(problem(status, "internal"));
    await expect(server.client().GET("/v1/lines")).rejects.toMatchObject({ status });
    expect(server.arrived).toHaveLength(1);
  });
});

test("a client without retries sends a launch once, and adds no key", async () => {
  server = await startServer(away);
  const client = server.client({ retries: { attempts: 1 } });
  await expect(client.POST("/v1/campaigns/{id}/launch", ID)).rejects.toMatchObject({ status: 503 });
  await expect(client.GET("/v1/lines")).rejects.toMatchObject({ status: 503 });
  expect(server.arrived.map(({ method }) => method)).toEqual(["POST", "GET"]);
  expect(server.arrived[0]!.headers).not.toHaveProperty("idempotency-key");
});

test("the last failure is thrown after the last attempt", async () => {
  server = await startServer(cut, away);
  await expect(server.client({ retries: { attempts: 3 } }).GET("/v1/lines")).rejects.toMatchObject({
    status: 503,
    code: "unavailable",
    retryAfterMs: 0,
  });
  expect(server.arrived).toHaveLength(3);
});

test("a rate limit is waited out, as long as Retry-After says", async () => {
  server = await startServer(problem(429, "rate_limited", { "retry-after": "1" }), json({}));
  const since = performance.now();
  await server.client().GET("/v1/lines");
  expect(performance.now() - since).toBeGreaterThan(990);
});

test("a longer Retry-After than the client's limit is thrown immediately", async () => {
  server = await startServer(problem(429, "rate_limited", { "retry-after": "3600" }));
  await expect(server.client().GET("/v1/lines")).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
});

test("a wrong key is not sent again, however long it would have to wait", async () => {
  const headers = { "retry-after": "1", "www-authenticate": "Bearer" };
  server = await startServer(problem(429, "rate_limited", headers), json({}));
  await expect(server.client().GET("/v1/lines")).rejects.toMatchObject({ status: 429, keyIsWrong: true });
  expect(server.arrived).toHaveLength(1);
});

test("an answer that breaks off counts as no answer", async () => {
  server = await startServer(
    (_arrived, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write('{"limit"');
      setImmediate(() => response.destroy());
    },
    json({ limit: 5 }),
  );
  expect(await server.client().GET("/v1/lines")).toEqual({ limit: 5 });
});

test("a read that hangs is given up and retried", async () => {
  server = await startServer(() => undefined, json({ limit: 5 }));
  expect(await server.client({ readTimeoutMs: 50 }).GET("/v1/lines")).toEqual({ limit: 5 });
});

describe("a DELETE that finds nothing", () => {
  const gone = problem(404, "not_found");
  test("succeeds, if an earlier attempt may have deleted it", async () => {
    server = await startServer(cut, gone);
    expect(await server.client().DELETE("/v1/keys/{id}", ID)).toBeUndefined();
  });
  test.each([[[gone]], [[problem(429, "rate_limited"), gone]]])("is refused otherwise", async (answers) => {
    server = await startServer(...answers);
    await expect(server.client().DELETE("/v1/keys/{id}", ID)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("an aborted signal", () => {
  const reason = new Error("enough");
  test("sends nothing if it was aborted before", async () => {
    server = await startServer(json({}));
    await expect(server.client().GET("/v1/lines", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.arrived).toEqual([]);
  });
  test("ends a request under way", async () => {
    const stop = new AbortController();
    server = await startServer(() => stop.abort(reason));
    await expect(server.client().GET("/v1/lines", { signal: stop.signal })).rejects.toBe(reason);
    expect(server.arrived).toHaveLength(1);
  });
  test("ends the wait between tries", async () => {
    server = await startServer(problem(429, "rate_limited", { "retry-after": "50" }));
    const stop = new AbortController();
    const asked = server.client().GET("/v1/lines", { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
  });
});

test("a server that does not listen is unreachable, with the cause", async () => {
  server = await startServer(json({}));
  const { url } = server;
  await server.close();
  const client = createClient({ url, key: KEY, retries: { attempts: 2, firstDelayMs: 1 } });
  await expect(client.GET("/v1/lines")).rejects.toMatchObject({
    name: "RingfenceUnreachable",
    origin: url,
    cause: expect.objectContaining({ message: "fetch failed" }),
  });
  server = await startServer(json({}));
});
