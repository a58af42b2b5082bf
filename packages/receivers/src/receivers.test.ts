import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { createReceivers, newSecret, type Receivers } from "./receivers.ts";

const SECRET = newSecret();
const ID = "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1";
const never = new AbortController().signal;

let server: Server;
let url: string;
let answer: (req: IncomingMessage, res: ServerResponse, body: string) => void;
let seen: { headers: Record<string, string>; body: string; path: string }[];
const opened: Receivers[] = [];

beforeAll(async () => {
  server = createServer((req, res) => {
    let body = "";
    req.on("data", (chunk) => {
      body += chunk;
    });
    req.on("end", () => {
      seen.push({ headers: req.headers as Record<string, string>, body, path: req.url! });
      answer(req, res, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
beforeEach(() => {
  seen = [];
  answer = (_req, res) => void res.writeHead(204).end();
});
afterEach(async () => {
  for (const receivers of opened.splice(0)) await receivers.close();
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const receivers = (options: Partial<Parameters<typeof createReceivers>[0]> = {}) => {
  const made = createReceivers({ allowPrivate: true, timeoutMs: 5_000, ...options });
  opened.push(made);
  return made;
};
const send = (options: Partial<Parameters<typeof createReceivers>[0]> = {}, to = url, signal = never) =>
  receivers(options).send({ url: to, secret: SECRET, id: ID, body: '{"type":"call.completed"}' }, signal);

test("standardwebhooks verifies a message with the webhook's secret and with no other", async () => {
  expect(await send()).toEqual({ kind: "delivered", status: 204, durationMs: expect.any(Number) });
  const [{ headers, body } = { headers: {}, body: "" }] = seen;
  expect(headers).toMatchObject({ "webhook-id": ID, "content-type": "application/json" });
  expect(new Webhook(SECRET).verify(body, headers)).toEqual({ type: "call.completed" });
  expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow(/signature/i);
  expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow(/signature/i);
});

test.each([200, 201, 202, 299])("a message answered with %d is delivered", async (status) => {
  answer = (_req, res) => void res.writeHead(status).end("thanks");
  expect(await send()).toMatchObject({ kind: "delivered", status });
});

test.each([400, 401, 404, 410, 429, 500, 503])("a message answered with %d is not delivered", async (status) => {
  answer = (_req, res) => void res.writeHead(status).end();
  expect(await send()).toMatchObject({ kind: "failed", status, error: "Refused by the receiver" });
});

test("a redirect is not followed", async () => {
  answer = (_req, res) => void res.writeHead(307, { location: "/elsewhere" }).end();
  expect(await send()).toMatchObject({ kind: "failed", status: 307, error: expect.stringMatching(/redirect/) });
  expect(seen.map(({ path }) => path)).toEqual(["/hook"]);
});

test("a receiver that does not answer, or never ends its answer, costs the time-out at most", async () => {
  answer = () => undefined;
  expect(await send({ timeoutMs: 300 })).toMatchObject({
    kind: "failed",
    status: null,
    error: "No answer within 300 ms",
  });
  answer = (_req, res) => void res.writeHead(200).write("and so on");
  expect(await send({ timeoutMs: 300 })).toMatchObject({ kind: "delivered", status: 200 });
});

test("a refused or interrupted connection and an unknown name are failures", async () => {
  expect(await send({}, "http://127.0.0.1:1/")).toMatchObject({
    kind: "failed",
    error: "No connection (ECONNREFUSED)",
  });
  answer = (req) => req.socket.destroy();
  expect(await send()).toMatchObject({ kind: "failed", error: expect.stringMatching(/No connection/) });
  expect(await send({}, "http://nobody.invalid/")).toMatchObject({
    kind: "failed",
    error: expect.stringMatching(/No connection|No answer/),
  });
});

test("an aborted signal ends an attempt under way", async () => {
  answer = () => undefined;
  const ending = new AbortController();
  const sent = send({}, url, ending.signal);
  setTimeout(() => ending.abort(), 50);
  expect(await sent).toMatchObject({ kind: "failed", error: expect.stringMatching(/Interrupted/) });
});

describe("unless private addresses are allowed, a message does not reach this machine", () => {
  const port = () => new URL(url).port;

  test.each([
    ["by http", () => url],
    ["by its number", () => `https://127.0.0.1:${port()}/`],
    ["by its number in another spelling", () => `https://0x7f000001:${port()}/`],
    ["by IPv6", () => `https://[::1]:${port()}/`],
    ["by a mapped address", () => `https://[::ffff:127.0.0.1]:${port()}/`],
    ["by a name that resolves here", () => `https://localhost:${port()}/`],
  ])("%s", async (_, to) => {
    let connected = 0;
    const onConnection = () => connected++;
    server.on("connection", onConnection);
    const attempt = await send({ allowPrivate: false }, to());
    server.off("connection", onConnection);
    expect(attempt).toMatchObject({ kind: "failed", status: null, error: expect.stringMatching(/private|https/) });
    expect(connected).toBe(0);
  });
});
