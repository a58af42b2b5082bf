import { setMaxListeners } from "node:events";
import { jobs, type Processors, RESUMED_PRIORITY } from "@ringfence/domain";
import { type Job, WaitingError, Worker } from "bullmq";
import type { CallsQueue } from "./calls-queue.ts";
import { type OnRedisError, workerConnection } from "./connection.ts";
import { payloadOf } from "./payload-of.ts";

const NAME = "call.run";
/** How long an idle worker sleeps, in s; it notices a raised limit only afterwards. */
const DRAIN_DELAY_S = 1;
/** BullMQ obeys `queue.rateLimit` only in a worker that has a limiter of its own; this limiter never takes effect. */
const HEED_RATE_LIMIT = { max: 1e9, duration: 1_000 };
/** Wait before a failed run is retried, in ms: doubled after each failure, up to a minute. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** A job is never failed for being stalled: its row knows whether it may be dialled. */
const MOST_STALLS = 2 ** 31 - 1;

/** What the worker reports to its process. */
export interface CallWorkerEvents {
  onError: OnRedisError;
  onLater: (callId: string, reason: string, retryAfterMs: number) => void;
  /** A run threw an error, which no foreseen case does. It is retried, after a longer wait each time. */
  onFailedRun: (error: Error) => void;
  /** Redis answered that this server takes no writes; the worker's connection reconnects by itself. */
  onWrongServer: () => void;
}

/**
 * Takes jobs off the `calls` queue and runs them; it knows nothing about calls. `close` returns the held jobs to the
 * front of the queue as soon as their processors return `handed-back`. A processor must do so when `signal` aborts.
 */
export function startCallWorker(
  options: {
    url: string;
    prefix: string;
    concurrency: number;
    lockMs: number;
    queue: CallsQueue;
    processors: Pick<Processors, typeof NAME>;
    signal: AbortSignal;
  } & CallWorkerEvents,
) {
  const { queue, processors, signal } = options;

  const run = async (job: Job, token?: string): Promise<string> => {
    const payload = payloadOf(NAME, job);
    const result = await processors[NAME](payload, { signal });
    switch (result.kind) {
      case "done":
        return result.outcome;
      case "later":
        options.onLater(payload.callId, result.reason, result.retryAfterMs);
        if (result.retryAfterMs === 0) break;
        await queue.holdBack(result.retryAfterMs);
        throw Worker.RateLimitError();
      case "handed-back":
        await job.changePriority({ priority: RESUMED_PRIORITY });
    }
    await job.moveToWait(token);
    throw new WaitingError();
  };

  // Each held call adds a listener, so the default limit of 10 would print a warning.
  setMaxListeners(0, signal);
  const redis = workerConnection(options.url, options.onError, options.onWrongServer);
  const worker = new Worker(jobs[NAME].queue, run, {
    connection: redis,
    prefix: options.prefix,
    concurrency: options.concurrency,
    drainDelay: DRAIN_DELAY_S,
    limiter: HEED_RATE_LIMIT,
    lockDuration: options.lockMs,
    // Well within the lock's time: a check that comes a moment too early is skipped for a whole interval.
    stalledInterval: options.lockMs / 4,
    maxStalledCount: MOST_STALLS,
    settings: { backoffStrategy: (failures) => Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS) },
  });
  worker.on("error", options.onError);
  worker.on("failed", (_job, error) => options.onFailedRun(error));

  return {
    /**
     * Returns when every held job is handed back. With `force` it returns immediately, and the jobs still held return to
     * the queue when their locks expire.
     */
    close: async (force = false): Promise<void> => {
      // Without Redis no job can be handed back, and BullMQ would wait for Redis, even when it is told to force the end.
      if (!force && redis.status === "ready") await worker.close().catch(options.onError);
      redis.disconnect();
    },
  };
}
