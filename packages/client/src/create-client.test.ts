import { inspect } from "node:util";
import { type ClientOptions, createClient } from "./create-client.ts";
import { RingfenceError, RingfenceUnreachable } from "./errors.ts";
import type { Schemas } from "./operations.ts";
import { json, KEY, problem, startServer, type TestServer } from "./testing/server.ts";

let server: TestServer;
afterEach(() => server?.close());
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error("nothing was thrown");
    },
    (error: unknown) => error,
  );

test("path, query, body and key are sent, and the answer is typed", async () => {
  server = await startServer(json({ id: "b1", total_candidates: 3 }));
  const client = server.client();
  const batch: Schemas["Batch"] = await client.GET("/v1/batches/{id}", { params: { path: { id: "a/b" } } });
  const { total_candidates } = await client.POST("/v1/campaigns/{id}/launch", {
    params: { path: { id: "c1" } },
    body: { include: "unreached", limit: 3 },
  });
  await client.GET("/v1/batches", { params: { query: { status: "in_progress", limit: 5 } } });
  expect([batch.id, total_candidates]).toEqual(["b1", 3]);
  expect(server.arrived).toMatchObject([
    { method: "GET", path: "/v1/batches/a%2Fb", headers: { authorization: `Bearer ${KEY}` }, body: "" },
    {
      method: "POST",
      path: "/v1/campaigns/c1/launch",
      headers: { "content-type": "application/json" },
      body: '{"include":"unreached","limit":3}',
    },
    { path: "/v1/batches?status=in_progress&limit=5" },
  ]);
});

test("query values that are undefined or null are left out, and all others are encoded", async () => {
  server = await startServer(json({ items: [], next_cursor: null }));
  const query = { search: "a&b=c d/ü", limit: 5, reason: undefined, cursor: null } as unknown as { search: string };
  await server.client().GET("/v1/batches/{id}/calls", { params: { path: { id: "?#" }, query } });
  expect(server.arrived[0]!.path).toBe("/v1/batches/%3F%23/calls?search=a%26b%3Dc%20d%2F%C3%BC&limit=5");
});

test("an address keeps its path, with or without a trailing slash", async () => {
  server = await startServer(json({}));
  await server.client({ url: `${server.url}/below/` }).GET("/v1/lines");
  expect(server.arrived[0]!.path).toBe("/below/v1/lines");
});

test("an answer without content is undefined", async () => {
  server = await startServer((_arrived, response) => response.writeHead(204).end());
  expect(await server.client().DELETE("/v1/keys/{id}", { params: { path: { id: "k" } } })).toBeUndefined();
});

test("a refusal has status, code, detail and every field", async () => {
  const errors = [{ path: "name", message: "Must not be empty" }];
  server = await startServer(problem(400, "invalid_request", { "x-request-id": "r1" }, { errors }));
  const error = await thrownBy(server.client().POST("/v1/campaigns", { body: { name: "", from_number: "+1" } }));
  expect(error).toBeInstanceOf(RingfenceError);
  expect(error).toMatchObject({
    status: 400,
    code: "invalid_request",
    detail: "do invalid_request",
    errors,
    requestId: "r1",
    retryAfterMs: null,
    message: "400 invalid_request: do invalid_request",
  });
});

test.each<[string, string, string]>([
  ["text/html", "<html>no</html>", "Bad Request"],
  ["text/plain", "upstream says no\n", "upstream says no"],
  ["application/problem+json", "{not json", "Bad Request"],
  ["application/problem+json", "{}", "Bad Request"],
])("an error that is not from the API (%s %s) has no code", async (type, body, detail) => {
  server = await startServer((_arrived, response) => response.writeHead(400, { "content-type": type }).end(body));
  expect(await thrownBy(server.client().GET("/v1/lines"))).toMatchObject({ status: 400, code: null, detail });
});

test("a success that is not JSON counts as not from the API", async () => {
  server = await startServer((_arrived, response) => response.end("<html>"));
  const error = await thrownBy(server.client({ retries: { attempts: 1 } }).GET("/v1/lines"));
  expect(error).toBeInstanceOf(RingfenceUnreachable);
});

test("a redirect is not followed, because a POST would arrive as a GET", async () => {
  server = await startServer((_arrived, response) => response.writeHead(301, { location: "/elsewhere" }).end());
  const error = await thrownBy(server.client({ retries: { attempts: 1 } }).POST("/v1/lines/resume"));
  expect(error).toBeInstanceOf(RingfenceUnreachable);
  expect(server.arrived).toHaveLength(1);
});

describe("the key", () => {
  test("appears in no error, at any depth", async () => {
    server = await startServer(problem(401, "unauthenticated"));
    const { url } = server;
    const refused = await thrownBy(server.client().GET("/v1/lines"));
    await server.close();
    const away = await thrownBy(createClient({ url, key: KEY, retries: { attempts: 1 } }).GET("/v1/lines"));
    server = await startServer(json({}));
    expect(away).toMatchObject({ message: expect.stringMatching(/^http:\/\/127.*cannot be reached: .*ECONNREFUSED/) });
    for (const error of [refused, away]) {
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(KEY);
      expect(JSON.stringify(error)).not.toContain(KEY);
    }
    expect(inspect(server.client(), { depth: null, showHidden: true })).not.toContain(KEY);
  });

  test.each(["", "two words", "line\nbreak", "\u00e9"])("cannot be %j, and the error does not quote it", (key) => {
    const make = () => createClient({ url: "http://localhost", key });
    expect(make).toThrow(TypeError);
    expect(make).toThrow("key must be visible ASCII characters, without spaces or line breaks");
  });
});

test("without a key the browser's cookie is used, and no Authorization header is sent", async () => {
  server = await startServer(json({}));
  const sent: (RequestInit | undefined)[] = [];
  const watched: typeof fetch = (input, init) => {
    sent.push(init);
    return fetch(input, init);
  };
  await createClient({ url: server.url, fetch: watched }).GET("/v1/session");
  expect(sent).toMatchObject([{ credentials: "same-origin" }]);
  expect(server.arrived[0]!.headers).not.toHaveProperty("authorization");
});

describe("a time-out", () => {
  const never = () => undefined;
  const SHORT = 20;

  test.each<[string, Partial<ClientOptions>, { timeoutMs?: number }, "GET" | "POST"]>([
    ["of reads", { readTimeoutMs: SHORT }, {}, "GET"],
    ["of anything else", { writeTimeoutMs: SHORT }, {}, "POST"],
    ["of one request, before the client's", { writeTimeoutMs: 3_600_000 }, { timeoutMs: SHORT }, "POST"],
  ])("%s ends an attempt without an answer", async (_what, options, sending, method) => {
    server = await startServer(never);
    const client = server.client({ ...options, retries: { attempts: 1 } });
    const asked = method === "GET" ? client.GET("/v1/lines", sending) : client.POST("/v1/lines/resume", sending);
    expect(await thrownBy(asked)).toMatchObject({
      name: "RingfenceUnreachable",
      message: expect.stringMatching(/no answer within 20 ms$/),
    });
  });
});

test.each(["", "localhost:3000", "ftp://x", "http://user:secret@x", "//x"])("%j is not an address", (url) => {
  const make = () => createClient({ url, key: KEY });
  expect(make).toThrow(TypeError);
  expect(make).not.toThrow(/secret/);
});

describe("pages", () => {
  const pageOf = (items: number[], next: string | null) =>
    json({ items: items.map((n) => ({ id: n })), next_cursor: next });

  test("every item of a list is returned, and a page is requested only when it is needed", async () => {
    server = await startServer(pageOf([1, 2], "x y"), pageOf([3], null));
    const seen: [unknown, number][] = [];
    const calls = server.client().pages("/v1/batches/{id}/calls", {
      params: { path: { id: "b" }, query: { status: "failed" } },
    });
    for await (const call of calls) {
      const status: Schemas["Call"]["call_status"] = call.call_status;
      expect(status).toBeUndefined();
      seen.push([call.id, server.arrived.length]);
    }
    expect(seen).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(server.arrived.map(({ path }) => path)).toEqual([
      "/v1/batches/b/calls?limit=200&status=failed",
      "/v1/batches/b/calls?limit=200&status=failed&cursor=x%20y",
    ]);
  });

  test("a caller that stops iterating requests no further page", async () => {
    server = await startServer(pageOf([1, 2], "next"));
    for await (const { id } of server.client().pages("/v1/campaigns", { params: { query: { limit: 2 } } })) {
      if (String(id) === "1") break;
    }
    expect(server.arrived.map(({ path }) => path)).toEqual(["/v1/campaigns?limit=2"]);
  });

  test("a list without pages is requested without a page size", async () => {
    server = await startServer(pageOf([1], null));
    const reasons = server.client().pages("/v1/batches/{id}/reasons", { params: { path: { id: "b" } } });
    expect(await reasons.next()).toEqual({ done: false, value: { id: 1 } });
    expect(server.arrived[0]!.path).toBe("/v1/batches/b/reasons");
  });
});

test("an export is passed on as it arrives", async () => {
  let finish = () => {};
  server = await startServer((_arrived, response) => {
    response.writeHead(200, { "content-type": "text/csv" }).write("id\n");
    finish = () => response.end("1\n");
  });
  const rows = await server.client().stream("text/csv", "/v1/batches/{id}/calls", { params: { path: { id: "b" } } });
  const reader = rows.getReader();
  const decoder = new TextDecoder();
  expect(decoder.decode((await reader.read()).value)).toBe("id\n");
  finish();
  expect(decoder.decode((await reader.read()).value)).toBe("1\n");
  expect((await reader.read()).done).toBe(true);
  expect(server.arrived[0]!.headers.accept).toBe("text/csv");
});

test("an aborted signal ends an export under way", async () => {
  server = await startServer((_arrived, response) =>
    response.writeHead(200, { "content-type": "text/csv" }).write("id\n"),
  );
  const stop = new AbortController();
  const rows = await server.client().stream("text/csv", "/v1/do-not-call", { signal: stop.signal });
  const reader = rows.getReader();
  await reader.read();
  stop.abort(new Error("enough"));
  await expect(reader.read()).rejects.toThrow("enough");
});
