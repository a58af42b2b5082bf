import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { promisify } from "node:util";
import { createBackground, createUseCases } from "@ringfence/campaigns";
import type { Bed } from "@ringfence/campaigns/testing";
import { createQueueHealth } from "@ringfence/queue";
import { faultOf } from "@ringfence/receivers";
import { verifyWebhook } from "@ringfence/retell";
import { createMetrics } from "@ringfence/runtime";
import type { RequestHandler } from "express";
import { createApp } from "../app.ts";
import { sessionSigner } from "../auth/session-cookie.ts";
import type { NoteWrongKey } from "../auth/wrong-keys.ts";
import { createLiveFeed } from "../live/live-feed.ts";
import { ADMIN_KEY, type Answer, KEYS, type RequestOptions, sendRequest } from "./send-request.ts";

/** The key that signs webhooks in tests. */
export const WEBHOOK_KEY = "key_that_signs_webhooks";
/** Stores the keys of the roles that are not the environment's. */
const storeKeys = async (bed: Bed): Promise<void> => {
  for (const role of ["viewer", "operator"] as const) {
    await bed.sql(
      `INSERT INTO api_keys (name, role, prefix, digest, created_by)
       VALUES ($1, $2, $3, sha256(convert_to($3, 'UTF8')), 'test') ON CONFLICT DO NOTHING`,
      [`the ${role}`, role, KEYS[role]],
    );
  }
};

/** Replacements for parts of a bed; no request is refused for its rate, or for wrong keys, unless a part does so. */
type Parts = Partial<
  Pick<Bed, "db" | "queue" | "directory"> & {
    limitRate: RequestHandler;
    noteWrongKey: NoteWrongKey;
    allowPrivate: boolean;
    basePath: string;
  }
>;

/** The whole API on a real server and port, over a bed or over `parts` of it that replace its own, such as a queue whose Redis is away. */
export async function serveApi(bed: Bed, parts: Parts = {}) {
  const logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    logged.push({ level, fields: { ...fields }, message });
  const log = { info: at("info"), warn: at("warn"), error: at("error") };
  const metrics = createMetrics();
  const background = createBackground(log);
  const { db, queue } = { ...bed, ...parts };
  const useCases = createUseCases({
    db,
    queue,
    lookups: bed.lookups,
    directory: parts.directory ?? bed.directory,
    log,
    count: metrics.count,
    background,
    queueHealth: createQueueHealth(queue),
    isSimulated: () => true,
    receivers: { faultOf: (url: string) => faultOf(url, parts.allowPrivate ?? false) },
    adminKey: ADMIN_KEY,
  });
  const liveFeed = createLiveFeed({ db, viewLines: useCases.viewLines, log });
  const app = createApp({
    useCases,
    db,
    queue,
    sessions: sessionSigner(ADMIN_KEY),
    liveFeed,
    basePath: parts.basePath ?? "",
    limitRate: parts.limitRate ?? ((_req, _res, next) => next()),
    noteWrongKey: parts.noteWrongKey ?? (async () => undefined),
    metrics,
    log,
    verifyWebhook: (rawBody, signature) => verifyWebhook(rawBody, WEBHOOK_KEY, signature),
    logRequests: (_req, _res, next) => next(),
  });
  await storeKeys(bed);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  bed.onClose(async () => {
    liveFeed.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await background.close();
  });

  return {
    url,
    app,
    background,
    /** What the API logged. */
    logged,
    /** Sends one request. */
    request: (method: string, path: string, options?: RequestOptions): Promise<Answer> =>
      sendRequest(url + path, method, options),
    /** How many connections are open. */
    connections: promisify(server.getConnections.bind(server)),
    /** Opens a bare connection, for bodies that no client would send. */
    socket: () => connect(port, "127.0.0.1"),
  };
}
