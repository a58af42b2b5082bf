import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ByteSource } from "./bytes.ts";
import { json, problem, startServer, type TestServer } from "./testing/server.ts";

let server: TestServer;
afterEach(() => server.close());

const REPORT = { created: 2, duplicates: 0, rejected_count: 0, rejected: [] };
const CSV = "phone_number\n+14155550100\n";

test.each<[string, () => ByteSource]>([
  ["a text", () => CSV],
  ["a file", () => new Blob([CSV])],
  ["a web stream", () => new Blob([CSV]).stream()],
  ["a stream of Node's", () => Readable.from([Buffer.from(CSV)])],
  ["a list of texts", () => CSV.split(/(?<=\n)/)],
  [
    "a generator of bytes",
    async function* () {
      yield new TextEncoder().encode(CSV);
    },
  ],
])("%s is sent unchanged", async (_what, source) => {
  server = await startServer(json(REPORT));
  expect(await server.client().importCandidates("c", source(), "text/csv")).toEqual(REPORT);
  expect(server.arrived).toMatchObject([
    { method: "POST", path: "/v1/campaigns/c/candidates", headers: { "content-type": "text/csv" }, body: CSV },
  ]);
});

test("do-not-call numbers are sent unchanged too, and each import with its query and headers", async () => {
  server = await startServer(json(REPORT));
  const client = server.client();
  await client.importDoNotCall([CSV], "application/x-ndjson");
  await client.importDoNotCall([CSV], "text/csv", { query: { default_country: "DE" } });
  const query = { default_country: "DE", on_duplicate: "update", rejected_limit: 5 } as const;
  await client.importCandidates("c", [CSV], "text/csv", { query, headers: { "x-a": "b" } });
  expect(server.arrived).toMatchObject([
    { path: "/v1/do-not-call", headers: { "content-type": "application/x-ndjson" }, body: CSV },
    { path: "/v1/do-not-call?default_country=DE", body: CSV },
    {
      path: "/v1/campaigns/c/candidates?default_country=DE&on_duplicate=update&rejected_limit=5",
      headers: { "x-a": "b", "content-type": "text/csv" },
    },
  ]);
});

const failing = async function* () {
  yield CSV;
  throw new Error("the disk is gone");
};
const failingStream = () =>
  new ReadableStream<Uint8Array>({
    pull() {
      throw new Error("the disk is gone");
    },
  });
test.each<[string, () => ByteSource]>([
  ["generator", failing],
  ["stream", failingStream],
])("an error of a %s is thrown as it is, not as a network failure", async (_what, source) => {
  server = await startServer(json(REPORT));
  await expect(server.client().importCandidates("c", source(), "text/csv")).rejects.toThrow(/^the disk is gone$/);
});

test("a source is read no faster than it is sent", async () => {
  const CHUNK = new Uint8Array(65_536);
  const CHUNKS = 800;
  let received = 0;
  let mostAhead = 0;
  server = await startServer(json(REPORT));
  const slow = await listening(async (request, response) => {
    for await (const chunk of request) {
      received += chunk.length;
      await new Promise(setImmediate);
    }
    json(REPORT)({} as never, response, request);
  });
  async function* many() {
    for (let n = 1; n <= CHUNKS; n++) {
      yield CHUNK;
      mostAhead = Math.max(mostAhead, n * CHUNK.length - received);
    }
  }
  expect(await server.client({ url: slow.url }).importCandidates("c", many(), "text/csv")).toEqual(REPORT);
  slow.close();
  expect(received).toBe(CHUNKS * CHUNK.length);
  // The bytes under way fit into the kernel's buffers.
  expect(mostAhead).toBeLessThan(received / 4);
});

test("an answer that arrives before everything is sent counts", async () => {
  server = await startServer(json(REPORT));
  const early = await listening((request, response) => {
    request.once("data", () => problem(401, "unauthenticated")({} as never, response, request));
  });
  async function* endless() {
    for (;;) yield new Uint8Array(65_536);
  }
  const client = server.client({ url: early.url });
  await expect(client.importCandidates("c", endless(), "text/csv")).rejects.toMatchObject({ code: "unauthenticated" });
  early.close();
});

/** A server whose requests the test reads itself. */
async function listening(answer: RequestListener) {
  const listener = createServer(answer);
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close: () => {
      listener.closeAllConnections();
      listener.close();
    },
  };
}
