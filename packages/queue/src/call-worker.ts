import { setMaxListeners } from "node:events";
import { jobs, type Processors, RESUMED_PRIORITY } from "@ringfence/domain";
import { type Job, WaitingError, Worker } from "bullmq";
import type { CallsQueue } from "./calls-queue.ts";
import { type OnRedisError, workerConnection } from "./connection.ts";
import { payloadOf } from "./payload-of.ts";

const NAME = "call.run";
/** Seconds that an idle worker sleeps; a raised limit is noticed after it. */
const DRAIN_DELAY_S = 1;
/** A worker heeds `queue.rateLimit` only if it has a limiter of its own; this one never binds. */
const HEED_RATE_LIMIT = { max: 1e9, duration: 1_000 };
/** Wait before a run that failed comes again, in ms: doubled each time, up to a minute. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** A job is never failed for being stalled: its row knows whether it may be dialled. */
const MOST_STALLS = 2 ** 31 - 1;

/** What the worker tells its process. */
export interface CallWorkerEvents {
  onError: OnRedisError;
  onLater: (callId: string, reason: string, retryAfterMs: number) => void;
  /** A run threw, which it does for nothing that it knows: it comes again, later each time. */
  onFailedRun: (error: Error) => void;
  /** Redis answered that it is not the server to write to; this connection reconnects by itself. */
  onWrongServer: () => void;
}

/**
 * Takes jobs off the `calls` queue and runs them, knowing nothing of calls. `close` hands the held jobs back, first in
 * line, as soon as their processors return `handed-back`, which they must when `signal` aborts.
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

  // Every held call listens.
  setMaxListeners(0, signal);
  const redis = workerConnection(options.url, options.onError, options.onWrongServer);
  const worker = new Worker(jobs[NAME].queue, run, {
    connection: redis,
    prefix: options.prefix,
    concurrency: options.concurrency,
    drainDelay: DRAIN_DELAY_S,
    limiter: HEED_RATE_LIMIT,
    lockDuration: options.lockMs,
    // Twice in a lock's time, or a check that comes a moment early would be skipped for a whole interval.
    stalledInterval: options.lockMs / 4,
    maxStalledCount: MOST_STALLS,
    settings: { backoffStrategy: (failures) => Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS) },
  });
  worker.on("error", options.onError);
  worker.on("failed", (_job, error) => options.onFailedRun(error));

  return {
    /** Ends when every held job is handed back; with `force`, at once: what is held then comes back after its lock's time. */
    close: async (force = false): Promise<void> => {
      // Without Redis nothing can be handed back, and BullMQ would wait for it; also if it is asked again by force.
      if (!force && redis.status === "ready") await worker.close().catch(options.onError);
      redis.disconnect();
    },
  };
}
