import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from "express";
import { ourIdOf } from "../calls/calls.ts";
import type { CreateEntry } from "../calls/ledger.ts";
import type { Controls } from "../controls.ts";
import { ROUTES, type RouteKey } from "../faults.ts";
import type { Service } from "../service.ts";
import { adminRouter } from "./admin.ts";
import { type Answer, refuse } from "./answers.ts";
import { HANDLERS } from "./routes.ts";

const BODY_LIMIT = "1mb";
/** A burst of a thousand connections must not wait for the kernel to ask again. */
const BACKLOG = 4_096;
/** Longer than callers pause between dials, so that no request meets a connection that is just being closed. */
const KEEP_ALIVE_MS = 65_000;

/** An empty body is `{}`; `undefined` = no JSON. */
function readJson(text: unknown): unknown {
  if (typeof text !== "string" || text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(res: Response, { status, body, headers }: Answer): void {
  res.status(status).set({ "x-ringfence-simulator": "1", ...headers });
  if (body) res.json(body);
  else res.end();
}

/** A create goes into the books before anything is decided about it. */
function enter(service: Service, req: Request, res: Response, body: unknown): CreateEntry {
  const metadata = (body as { metadata?: Record<string, unknown> } | undefined)?.metadata;
  const retryCount = Number(req.get("x-stainless-retry-count") ?? 0) || 0;
  return service.ledger.arrived({ at: res.locals.arrivedAt, call_id: ourIdOf(metadata), retryCount });
}

async function serve(service: Service, route: RouteKey, req: Request, res: Response): Promise<void> {
  const body = readJson(req.body);
  const entry = route === "POST /v2/create-phone-call" ? enter(service, req, res, body) : undefined;
  const [id] = Object.values(req.params);
  const answer = await service.faults.run(route, res, () => {
    const known = !service.account.keyRevoked && req.get("authorization") === `Bearer ${service.settings.apiKey}`;
    if (!known) return refuse(401);
    return HANDLERS[route](service, { id: typeof id === "string" ? id : "", query: req.query, body, entry });
  });
  if (entry) service.ledger.answered(entry, answer?.status ?? null);
  if (answer) send(res, answer);
}

const explain: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status: unknown = error.status ?? error.statusCode;
  if (typeof status === "number" && status < 500) return send(res, refuse(status));
  process.stderr.write(`${JSON.stringify({ msg: "simulator failed", error: String(error.stack ?? error) })}\n`);
  send(res, refuse(500));
};

/** The whole HTTP face of one workspace. */
export function createApp(service: Service, controls: Controls): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.use((_req, res, next) => {
    res.locals.arrivedAt = Date.now();
    next();
  });
  if (service.settings.admin) app.use("/__sim", adminRouter(controls));
  app.use(express.text({ type: () => true, limit: BODY_LIMIT }));
  for (const route of ROUTES) {
    const [method, path] = route.split(" ") as ["GET" | "POST", string];
    app[method === "GET" ? "get" : "post"](path, (req, res) => serve(service, route, req, res));
  }
  app.use((_req, res) => send(res, refuse(404)));
  app.use(explain);
  return app;
}

/** Starts to listen; rejects if the address is taken. */
export function listen(app: Express, host: string, port: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, app);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: BACKLOG }, () => resolve(server));
  });
}

/** The address a listening server is reached at. */
export function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
