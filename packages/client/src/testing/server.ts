import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Client, ClientOptions } from "../create-client.ts";
import { createClient } from "../create-client.ts";

/** The key of the clients in tests. */
export const KEY = "rf_a_key_that_nobody_may_see_0123456789";
const SHORT = { firstDelayMs: 1, longestDelayMs: 2 };

/** A request as it arrived, its body read to the end. */
export interface Arrived {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}
type Answering = (arrived: Arrived, response: ServerResponse, request: IncomingMessage) => unknown;

/** A real HTTP server that gives the listed answers in turn, and the last answer from then on. */
export async function startServer(...answers: Answering[]) {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const answer = answers[Math.min(arrived.length, answers.length - 1)]!;
    const seen: Arrived = { method: request.method!, path: request.url!, headers: request.headers, body: "" };
    arrived.push(seen);
    for await (const chunk of request) seen.body += chunk;
    await answer(seen, response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    arrived,
    client: (options: Partial<ClientOptions> = {}): Client =>
      createClient({ url, key: KEY, ...options, retries: { ...SHORT, ...options.retries } }),
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
export type TestServer = Awaited<ReturnType<typeof startServer>>;

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200): Answering =>
  (_arrived, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

/** Answers with an error as the API does. */
export const problem =
  (status: number, code: string, headers: Record<string, string> = {}, more: object = {}): Answering =>
  (_arrived, response) =>
    response
      .writeHead(status, { "content-type": "application/problem+json", ...headers })
      .end(JSON.stringify({ type: `urn:${code}`, title: code, status, code, detail: `do ${code}`, ...more }));

/** Reads the request and cuts the connection. */
export const cut: Answering = (_arrived, _response, request) => request.socket.destroy();
