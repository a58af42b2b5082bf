import { EventEmitter } from "node:events";
import {
  type Change,
  checkReadiness,
  NEWEST_MIGRATION,
  openStores,
  sweeperLock,
  warnOfEviction,
} from "@ringfence/campaigns";
import { listenForEndings, openWebhooksQueue, startCallWorker, startWebhookWorker } from "@ringfence/queue";
import { createReceivers } from "@ringfence/receivers";
import { createDialer, createLookups } from "@ringfence/retell";
import { begin, kindOfError, onShutdown, runMain, startWithDatabase } from "@ringfence/runtime";
import { serveHealth } from "./health-server.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { startWorker } from "./worker.ts";

/** Shares of the connections to PostgreSQL, mainly for claims and settles; the sweep also resumes launches and finishes stops. */
const POOLS = { work: 4, main: 3, bulk: 1, stops: 0, keys: 0, outbox: 2 };
/** The sweeper's election has a connection of its own. */
const ELECTION = 1;
/** Webhooks that one worker sends to in parallel: as many as there may be, so that none waits for another. */
const WEBHOOKS_AT_ONCE = 50;

/** The version in this worker's heartbeat: the newest migration that it knows. */
const VERSION = NEWEST_MIGRATION;

await runMain(async (environment) => {
  const { settings, log, sparing, away, metrics } = begin("worker", environment);
  const redis = { url: settings.REDIS_URL, prefix: settings.QUEUE_PREFIX, onError: away("Redis") };
  const retell = { apiKey: settings.RETELL_API_KEY, baseUrl: settings.RETELL_BASE_URL };

  const { times, db, openQueue } = openStores(settings, { kind: "worker", pools: POOLS, others: ELECTION }, away);
  const asked = { limit: settings.CALL_CONCURRENCY, callsPerSecond: settings.CALLS_PER_SECOND };
  const stored = await startWithDatabase(db, asked, { log, needsCurrent: true });

  const queue = openQueue();
  const dialer = createDialer({ ...retell, timeoutMs: times.dialTimeoutMs, publicUrl: settings.PUBLIC_URL });
  const changes = new EventEmitter<{ change: [Change] }>();
  const endings = listenForEndings({
    ...redis,
    lookEveryMs: times.endingsLookMs,
    ended: db.calls.ended,
    onChange: (change) => changes.emit("change", change),
  });
  const receivers = createReceivers({
    allowPrivate: settings.WEBHOOKS_ALLOW_PRIVATE,
    timeoutMs: times.webhookTimeoutMs,
  });
  const webhooks = openWebhooksQueue(redis);
  // This comes before any job is taken off the queue, because a port in use ends the process.
  const health =
    settings.METRICS_PORT === 0
      ? null
      : await serveHealth({
          host: settings.HOST,
          port: settings.METRICS_PORT,
          metrics,
          checkReadiness: checkReadiness({ db, queue }),
        });
  const activity = { runsHeld: 0, lastClaimAt: null };
  const worker = startWorker({
    db,
    activity,
    receivers,
    webhooks,
    startWebhooks: (processors, signal) =>
      startWebhookWorker({
        ...redis,
        concurrency: WEBHOOKS_AT_ONCE,
        lockMs: settings.JOB_LOCK_MS,
        processors,
        signal,
      }),
    queue,
    dialer,
    lookups: createLookups(retell),
    endings,
    sweeperLock: sweeperLock(settings.DATABASE_URL, away("PostgreSQL"), times),
    log,
    count: metrics.count,
    onChange: (listener) => void changes.on("change", listener),
    startCalls: (processors, room, signal) =>
      startCallWorker({
        ...redis,
        room,
        concurrency: settings.WORKER_CONCURRENCY,
        lockMs: settings.JOB_LOCK_MS,
        queue,
        processors,
        signal,
        onFailedRun: (error) => {
          metrics.count("runs_failed", kindOfError(error));
          sparing.error(`run ${kindOfError(error)}`, { err: error }, "a run failed; it is retried, later each time");
        },
        onWrongServer: endings.reconnect,
        onBack: (callId, reason) => log.debug({ callId, reason }, "back on the queue"),
      }),
    times,
  });

  const heartbeat = startHeartbeat(db, VERSION, activity, times);
  warnOfEviction(queue, log);

  onShutdown(log, [
    { name: "calls handed back", run: worker.close },
    { name: "heartbeat", run: heartbeat.close },
    { name: "health", run: () => health?.close() },
    { name: "endings", run: endings.close },
    { name: "dialer", run: dialer.close },
    { name: "receivers", run: receivers.close },
    { name: "webhooks", run: webhooks.close },
    { name: "queue", run: queue.close },
    { name: "database", run: db.close },
  ]);
  log.info({ lines: stored.limit, callsPerSecond: stored.callsPerSecond }, "worker started");
});
