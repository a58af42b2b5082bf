import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createBackground, createUseCases, openStores, warnOfEviction } from "@ringfence/campaigns";
import { createQueueHealth, openRateCounter } from "@ringfence/queue";
import { faultOf } from "@ringfence/receivers";
import { createDirectory, createLookups, verifyWebhook, watchSimulated } from "@ringfence/retell";
import { begin, onShutdown, runMain, StartError, startWithDatabase } from "@ringfence/runtime";
import { pinoHttp } from "pino-http";
import { createApp } from "./app.ts";
import { sessionSigner } from "./auth/session-cookie.ts";
import { limitWrongKeys } from "./auth/wrong-keys.ts";
import { limitRate } from "./http/rate-limit.ts";
import { createLiveFeed } from "./live/live-feed.ts";

/** How long an idle connection stays open, in ms: longer than clients and proxies usually keep theirs, so that they close first. */
const KEPT_ALIVE_MS = 75_000;
/** Shares of the connections to PostgreSQL. Launches and imports have a pool of their own, so that they never keep a stop or a page waiting. */
const POOLS = { work: 5, main: 4, bulk: 3, stops: 3, keys: 2, outbox: 1 };
/** Time that requests under way get to end at shutdown, in ms; then their connections are cut. */
const DRAIN_MS = 5_000;
const IDLE_LOOK_MS = 50;

await runMain(async (environment) => {
  const { settings, log, away, metrics } = begin("api", environment);
  const { db, openQueue } = openStores(settings, { kind: "api", pools: POOLS, kept: ["stops", "keys"] }, away);
  const asked = { limit: settings.CALL_CONCURRENCY, callsPerSecond: settings.CALLS_PER_SECOND };
  await startWithDatabase(db, asked, { log, needsCurrent: false });

  const queue = openQueue();
  const counter = openRateCounter(settings.REDIS_URL, settings.QUEUE_PREFIX, away("Redis"));
  const background = createBackground(log);
  const access = { apiKey: settings.RETELL_API_KEY, baseUrl: settings.RETELL_BASE_URL };
  const simulated = watchSimulated(access);
  const useCases = createUseCases({
    db,
    queue,
    log,
    count: metrics.count,
    background,
    lookups: createLookups(access),
    directory: createDirectory(access),
    queueHealth: createQueueHealth(queue),
    isSimulated: simulated.isSimulated,
    receivers: { faultOf: (url: string) => faultOf(url, settings.WEBHOOKS_ALLOW_PRIVATE) },
    adminKey: settings.ADMIN_API_KEY,
  });
  const liveFeed = createLiveFeed({ db, viewLines: useCases.viewLines, log });
  const app = createApp({
    useCases,
    db,
    queue,
    sessions: sessionSigner(settings.ADMIN_API_KEY),
    liveFeed,
    basePath: settings.BASE_PATH,
    limitRate: limitRate(settings.RATE_LIMIT_PER_MINUTE, counter),
    noteWrongKey: limitWrongKeys(counter),
    metrics,
    log,
    verifyWebhook: (rawBody, signature) =>
      verifyWebhook(rawBody, settings.RETELL_WEBHOOK_KEY ?? settings.RETELL_API_KEY, signature),
    logRequests: pinoHttp({
      logger: log,
      serializers: {
        req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split("?")[0] }),
        res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
      },
      customLogLevel: (_req, res) => (res.statusCode >= 500 ? "warn" : "debug"),
    }),
  });

  warnOfEviction(queue, log);

  // Node would close a connection after 5 s just as a webhook is sent on it; Retell sends that again seconds later.
  const server = createServer({ keepAliveTimeout: KEPT_ALIVE_MS }, app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new StartError(
          `Cannot listen on ${settings.HOST}:${settings.PORT} (${error.code}); set HOST and PORT to a free address`,
        ),
      ),
    );
    server.listen(settings.PORT, settings.HOST, resolve);
  });
  const { address, port, family } = server.address() as AddressInfo;

  onShutdown(log, [
    { name: "simulator", run: simulated.close },
    { name: "live events", run: liveFeed.close },
    {
      name: "requests",
      run: async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        // A connection that was busy becomes idle when its request has ended.
        setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS).unref();
        setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
        await closed;
      },
    },
    { name: "work behind answers", run: background.close },
    { name: "queue", run: queue.close },
    { name: "rates", run: counter.close },
    { name: "database", run: db.close },
  ]);
  log.info({ url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}` }, "api listening");
});
