import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createPoster, type Poster } from "./post.ts";

let server: Server;
let poster: Poster;

async function receive(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const post = (url: string) => poster.post(url, {}, "{}");

beforeEach(() => {
  poster = createPoster();
});
afterEach(() => {
  poster.close();
  server.close();
  server.closeAllConnections();
});

test("keeps its connection", async () => {
  const ports = new Set<number | undefined>();
  const url = await receive((req, res) => {
    ports.add(req.socket.remotePort);
    res.writeHead(204).end();
  });
  for (let i = 0; i < 5; i++) expect(await post(url).answered).toBe(204);
  expect(ports.size).toBe(1);
});

test("goes to a fresh connection when a kept one is closed under it, once", async () => {
  let requests = 0;
  const url = await receive((req, res) => {
    requests += 1;
    if (requests === 2) req.socket.resetAndDestroy();
    else res.writeHead(204).end();
  });
  expect([await post(url).answered, await post(url).answered]).toEqual([204, 204]);
  expect(requests).toBe(3);
});

test("a fresh connection that is closed is no answer, and is not tried again", async () => {
  let requests = 0;
  const url = await receive((req) => {
    requests += 1;
    req.socket.resetAndDestroy();
  });
  expect(await post(url).answered).toBeNull();
  expect(requests).toBe(1);
});

test("an answer that breaks off is none", async () => {
  const url = await receive((_req, res) => {
    res.writeHead(200, { "content-length": 100 });
    res.write("half", () => res.socket?.destroy());
  });
  expect(await post(url).answered).toBeNull();
});

test("abort ends one on a kept connection too, and it is not sent again", async () => {
  let requests = 0;
  const url = await receive((_req, res) => {
    requests += 1;
    if (requests === 2) posting.abort();
    else res.writeHead(204).end();
  });
  expect(await post(url).answered).toBe(204);
  const posting = post(url);
  expect(await posting.answered).toBeNull();
  expect(await post(url).answered).toBe(204);
  expect(requests).toBe(3);
});

test("abort ends one that is not answered", async () => {
  const url = await receive(() => posting.abort());
  const posting = post(url);
  expect(await posting.answered).toBeNull();
});
