import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  addToDoNotCall,
  cancelBatchCalls,
  changeCampaign,
  changeLines,
  correctCandidate,
  createBackground,
  createCampaign,
  createWebhook,
  deleteCandidate,
  importCandidates,
  launchCalls,
  listAgents,
  listNumbers,
  resumeCalling,
  settleCall,
  stopCampaignCalling,
} from "@ringfence/campaigns";
import { openDatabase } from "@ringfence/db";
import { openCallsQueue, openRateCounter } from "@ringfence/queue";
import { createDirectory, createLookups } from "@ringfence/retell";
import { createLogger, createMetrics, onShutdown, parseSettings, runMain, StartError } from "@ringfence/runtime";
import { faultOf } from "@ringfence/webhooks";
import { pinoHttp } from "pino-http";
import { createAccess } from "./access.ts";
import { createApp } from "./app.ts";
import { createLiveFeed } from "./live/live-feed.ts";
import { limitRate } from "./rate-limit.ts";

/** Connections to PostgreSQL. Launches and imports have their own, so that they never keep a stop or a page waiting. */
const POOLS = { main: 10, bulk: 6, brakes: 3, flips: 4, keys: 3, outbox: 2 };
/** How long requests under way may take to end at shutdown, in ms; then their connections are cut. */
const DRAIN_MS = 5_000;
const IDLE_LOOK_MS = 50;

await runMain(async (environment) => {
  const settings = parseSettings("api", environment);
  const log = createLogger("api", settings.LOG_LEVEL);
  const away = (what: string) => (error: Error) => log.warn({ err: error }, `${what} is away or slow`);

  const db = openDatabase(settings.DATABASE_URL, POOLS, away("PostgreSQL"), settings.TIME_SCALE);
  if (!(await db.isMigrated()))
    throw new StartError("The database has no tables yet: run npm run migrate, then start again");
  const stored = await db.lines.configure(settings.CALL_CONCURRENCY, settings.CALLS_PER_SECOND);
  if (stored.limit !== settings.CALL_CONCURRENCY || stored.callsPerSecond !== settings.CALLS_PER_SECOND) {
    log.warn(
      { stored, environment: { limit: settings.CALL_CONCURRENCY, callsPerSecond: settings.CALLS_PER_SECOND } },
      "the stored lines rule; PUT /v1/lines changes them",
    );
  }

  const queue = openCallsQueue(settings.REDIS_URL, settings.QUEUE_PREFIX, away("Redis"));
  const counter = openRateCounter(settings.REDIS_URL, settings.QUEUE_PREFIX, away("Redis"));
  const metrics = createMetrics();
  const background = createBackground(log);
  const access = { apiKey: settings.RETELL_API_KEY, baseUrl: settings.RETELL_BASE_URL };
  const deps = {
    db,
    queue,
    log,
    count: metrics.count,
    background,
    lookups: createLookups(access),
    directory: createDirectory(access),
    dialTimeoutMs: settings.DIAL_TIMEOUT_MS,
    receivers: { faultOf: (url: string) => faultOf(url, settings.WEBHOOKS_ALLOW_PRIVATE) },
  };
  const liveFeed = createLiveFeed({ db, log });
  const app = createApp({
    liveFeed,
    limitRate: limitRate(settings.RATE_LIMIT_PER_MINUTE, counter),
    db,
    queue,
    metrics,
    log,
    useCases: {
      createCampaign: createCampaign(deps),
      changeCampaign: changeCampaign(deps),
      listNumbers: listNumbers(deps),
      listAgents: listAgents(deps),
      importCandidates: importCandidates(deps),
      correctCandidate: correctCandidate(deps),
      deleteCandidate: deleteCandidate(deps),
      addToDoNotCall: addToDoNotCall(deps),
      createWebhook: createWebhook(deps),
      launchCalls: launchCalls(deps),
      cancelBatchCalls: cancelBatchCalls(deps),
      stopCampaignCalling: stopCampaignCalling(deps),
      settleCall: settleCall(deps),
      changeLines: changeLines(deps),
      resumeCalling: resumeCalling(deps),
    },
    access: createAccess({ db, adminKey: settings.ADMIN_API_KEY, log }),
    webhookKey: settings.RETELL_WEBHOOK_KEY ?? settings.RETELL_API_KEY,
    logRequests: pinoHttp({
      logger: log,
      serializers: {
        req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split("?")[0] }),
        res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
      },
      customLogLevel: (_req, res) => (res.statusCode >= 500 ? "warn" : "debug"),
    }),
  });

  const server = createServer(app);
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
