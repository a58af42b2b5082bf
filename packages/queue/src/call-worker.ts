import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { jobs, type Processors, RESUMED_PRIORITY } from "@ringfence/domain";
import { type Job, Worker } from "bullmq";
import type { CallsQueue } from "./calls-queue.ts";
import { type OnRedisError, workerConnection } from "./connection.ts";
import { payloadOf } from "./payload-of.ts";

const NAME = "call.run";
/** How long an idle worker sleeps, in s, if the message of a new job is lost: BullMQ puts a job back without one. */
const DRAIN_DELAY_S = 1;
/** Jobs fetched in parallel. */
const MOST_FETCHED = 10;
/** How often a worker without room looks for calls in progress that another worker handed back, in ms. */
const LOOK_FOR_RESUMED_MS = 1_000;
/** Wait after a fetch that failed, or after several in a row that found nothing within so many ms. */
const FETCH_AGAIN_MS = 250;
const AT_ONCE_MS = 5;
const MOST_AT_ONCE = 3;
/** Jobs whose locks are renewed in one command. */
const RENEWED_AT_ONCE = 1_000;
/** Wait before a failed run is retried, in ms: doubled after each failure, up to a minute. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** A job is never failed for being stalled: its row knows whether it may be dialled. */
const MOST_STALLS = 2 ** 31 - 1;

/** How many more jobs may be fetched now; the listener is called whenever that may have grown. */
export interface Room {
  room(): number;
  onRoom(listener: () => void): void;
}

/** What the worker reports to its process. */
export interface CallWorkerEvents {
  onError: OnRedisError;
  onBack: (callId: string, reason: string) => void;
  /** A run threw an error, which no foreseen case does. It is retried, after a longer wait each time. */
  onFailedRun: (error: Error) => void;
  /** Redis answered that this server takes no writes; the worker's connection reconnects by itself. */
  onWrongServer: () => void;
}

/** Room for as many jobs as the worker may hold. */
const ALL_ROOM: Room = { room: () => Number.POSITIVE_INFINITY, onRoom: () => undefined };

/** A job that this process holds. */
interface Held {
  jobId: string;
  renewedAt: number;
}

/**
 * Takes jobs off the `calls` queue, as many as there is room for, and runs them; it knows nothing about calls. BullMQ's own
 * loop would fetch a further job only when a held one ends, so the jobs are fetched one by one
 * (docs.bullmq.io, "Manually processing jobs"). A worker without room still takes calls in progress that another worker
 * handed back, which come before all others. `close` returns the held jobs to the queue as soon as their processors
 * return. A processor must do so when `signal` aborts.
 */
export function startCallWorker(
  options: {
    url: string;
    prefix: string;
    /** Most jobs held. */
    concurrency: number;
    lockMs: number;
    queue: Pick<CallsQueue, "resumed">;
    processors: Pick<Processors, typeof NAME>;
    /** Default: as many as `concurrency` allows. */
    room?: Room;
    signal: AbortSignal;
  } & CallWorkerEvents,
) {
  const { queue, processors, room = ALL_ROOM, signal, onError } = options;
  const redis = workerConnection(options.url, onError, options.onWrongServer);
  const worker = new Worker(jobs[NAME].queue, null, {
    connection: redis,
    prefix: options.prefix,
    drainDelay: DRAIN_DELAY_S,
    lockDuration: options.lockMs,
    // Well within the lock's time: a check that comes a moment too early is skipped for a whole interval.
    stalledInterval: options.lockMs / 4,
    maxStalledCount: MOST_STALLS,
    settings: { backoffStrategy: (failures) => Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS) },
  });
  worker.on("error", onError);
  // Each held call adds a listener, so the default limit of 10 would print a warning.
  setMaxListeners(0, signal);

  const held = new Map<string, Held>();
  const runs = new Set<Promise<void>>();
  let closing = false;
  let tokens = 0;
  let wake = () => {};
  room.onRoom(() => wake());

  const carry = async (job: Job, token: string): Promise<void> => {
    const payload = payloadOf(NAME, job);
    const result = await processors[NAME](payload, { signal });
    held.delete(token);
    switch (result.kind) {
      case "done":
        await job.moveToCompleted(result.outcome, token, false).catch(onError);
        await result.afterwards?.().catch(onError);
        return;
      case "back":
        options.onBack(payload.callId, result.reason);
        break;
      case "handed-back":
        await job.changePriority({ priority: RESUMED_PRIORITY }).catch(onError);
    }
    // A job that is no longer ours has another run, or is gone and is added again by the sweep.
    await job.moveToWait(token).catch(onError);
  };
  const run = async (job: Job, token: string): Promise<void> => {
    held.set(token, { jobId: job.id!, renewedAt: performance.now() });
    try {
      await carry(job, token);
    } catch (error) {
      options.onFailedRun(error as Error);
      await job.moveToFailed(error as Error, token, false).catch(onError);
    } finally {
      held.delete(token);
      wake();
    }
  };

  /** Fetches up to `most` jobs in parallel, or one, for which it waits if `wait`. Returns whether there may be more. */
  const fetch = async (most: number, wait: boolean): Promise<boolean> => {
    const tried = await Promise.all(
      Array.from({ length: wait ? 1 : Math.min(most, MOST_FETCHED) }, async () => {
        const token = `${worker.id}:${tokens++}`;
        const job = await worker.getNextJob(token, { block: wait });
        if (!job) return false;
        const running = run(job, token).finally(() => runs.delete(running));
        runs.add(running);
        return true;
      }),
    );
    return tried.every(Boolean);
  };
  const fetchAll = async () => {
    let more = false;
    let lookAt = 0;
    let atOnce = 0;
    while (!closing) {
      const places = options.concurrency - held.size;
      const most = Math.min(places, room.room());
      try {
        if (most > 0) {
          const began = performance.now();
          more = await fetch(most, !more);
          // While somebody limits the rate of the queue, BullMQ answers without waiting or asking.
          atOnce = more || performance.now() - began > AT_ONCE_MS ? 0 : atOnce + 1;
          if (atOnce > MOST_AT_ONCE) await sleep(FETCH_AGAIN_MS);
          continue;
        }
        if (places > 0 && performance.now() >= lookAt) {
          const resumed = await queue.resumed();
          const all = resumed > 0 && (await fetch(Math.min(resumed, places), false));
          lookAt = performance.now() + (all ? 0 : LOOK_FOR_RESUMED_MS);
          continue;
        }
        await Promise.race([
          new Promise<void>((resolve) => (wake = resolve)),
          sleep(LOOK_FOR_RESUMED_MS, undefined, { ref: false }),
        ]);
      } catch (error) {
        onError(error as Error);
        lookAt = performance.now() + LOOK_FOR_RESUMED_MS;
        await sleep(FETCH_AGAIN_MS);
      }
    }
  };
  const fetching = worker.waitUntilReady().catch(onError).then(fetchAll);
  void worker.startStalledCheckTimer().catch(onError);

  /** Renews the locks that are older than a third of their time. A lock that is lost is not renewed again. */
  const renew = async () => {
    const old = [...held].filter(([, { renewedAt }]) => performance.now() - renewedAt > options.lockMs / 3);
    for (let from = 0; from < old.length; from += RENEWED_AT_ONCE) {
      const page = old.slice(from, from + RENEWED_AT_ONCE);
      const ids = page.map(([, { jobId }]) => jobId);
      const renewedAt = performance.now();
      const lost = new Set(
        await worker.extendJobLocks(
          ids,
          page.map(([token]) => token),
          options.lockMs,
        ),
      );
      for (const [, each] of page) {
        if (lost.has(each.jobId)) each.renewedAt = Number.POSITIVE_INFINITY;
        else each.renewedAt = renewedAt;
      }
    }
  };
  let renewing = false;
  const renewal = setInterval(() => {
    if (renewing) return;
    renewing = true;
    renew()
      .catch(onError)
      .finally(() => {
        renewing = false;
      });
  }, options.lockMs / 6);

  return {
    /**
     * Returns when every held job is handed back. With `force` it returns immediately, and the jobs still held return to
     * the queue when their locks expire.
     */
    close: async (force = false): Promise<void> => {
      closing = true;
      wake();
      // Without Redis no job can be handed back, and BullMQ would wait for Redis, even when it is told to force the end.
      if (!force && redis.status === "ready") {
        await (await worker.getBackend()).disconnectBlocking().catch(onError);
        await fetching;
        await Promise.all(runs);
        await worker.close().catch(onError);
      }
      clearInterval(renewal);
      redis.disconnect();
    },
  };
}
