import { type JobPayload, jobs, priorityOf, RESUMED_PRIORITY } from "@ringfence/domain";
import { type OnRedisError, producerConnection, whenReady } from "./connection.ts";
import { endingsChannel, LINES_CHANGED } from "./endings.ts";
import { openQueue } from "./open-queue.ts";

const NAME = "call.run";
/** Removals sent in parallel; the connection pipelines them. This number was measured as the fastest for prioritized jobs. */
const REMOVALS_AT_ONCE = 500;

/**
 * Jobs in one pipeline, and pipelines at once: Redis takes some while the next are packed. More at a time are not faster, because
 * they outlive V8's young generation (measured: 100,000 jobs in 2.8 s, by pipelines of 1,000 one after the other in 4.7 s).
 */
const PACKED = 250;
const PACKS_AT_ONCE = 3;

/** How long Redis keeps the key that a write check sets, in ms. */
const WRITE_CHECK_KEPT_MS = 60_000;

/** A row whose job goes on the queue. */
export interface QueuedRow {
  id: string;
  batchId: string;
  turn: bigint;
}

/** How many jobs the queue holds. */
export interface JobCounts {
  waiting: number;
  active: number;
}

/**
 * The `calls` queue for code that adds or removes jobs. Every operation fails fast when Redis is unavailable, and every
 * operation is safe to repeat.
 */
export function openCallsQueue(url: string, prefix: string, onError: OnRedisError) {
  const redis = producerConnection(url, onError);
  const opened = openQueue<JobPayload<typeof NAME>>(jobs[NAME].queue, redis, { prefix, onError });
  const backlog = ["wait", "prioritized", "delayed"] as const;
  const job = (row: QueuedRow, priority: number) => ({
    name: NAME,
    data: { callId: row.id, batchId: row.batchId },
    opts: { ...jobs[NAME].options, jobId: row.id, priority },
  });

  const add = async (rows: readonly QueuedRow[], priority: (row: QueuedRow) => number): Promise<void> => {
    await whenReady(redis);
    let next = 0;
    const packs = async () => {
      while (next < rows.length) {
        const from = next;
        next += PACKED;
        await opened.queue.addBulk(rows.slice(from, next).map((row) => job(row, priority(row))));
      }
    };
    await Promise.all(Array.from({ length: PACKS_AT_ONCE }, packs));
  };

  return {
    /** BullMQ's own queue, for Bull Board. */
    get queue() {
      return opened.queue;
    },

    /** Throws if Redis does not answer. It does not check whether Redis accepts writes. */
    ping: async (): Promise<void> => {
      await whenReady(redis);
      await redis.ping();
    },

    /**
     * Throws if Redis accepts no write: it is unavailable, a replica, or short of replicas, memory or disk (READONLY,
     * NOREPLICAS, OOM, MISCONF). Except for the first, each of these would still answer a ping.
     */
    checkWrites: async (): Promise<void> => {
      await whenReady(redis);
      await redis.set(`${prefix}:writable`, Date.now(), "PX", WRITE_CHECK_KEPT_MS);
    },

    /** What Redis does when its memory is full, null if it does not say. Any policy but `noeviction` loses jobs. */
    evictionPolicy: async (): Promise<string | null> => {
      await whenReady(redis);
      return /^maxmemory_policy:(\S+)/m.exec(await redis.info("memory"))?.[1] ?? null;
    },

    /** Adds the jobs of pending rows, each at its turn. A job that is already on the queue stays as it is. */
    enqueue: (rows: readonly QueuedRow[], origin: bigint): Promise<void> =>
      add(rows, (row) => priorityOf(row.turn, origin)),

    /** Adds the jobs of calls in progress, ahead of all waiting jobs. */
    enqueueInProgress: (rows: readonly QueuedRow[]): Promise<void> => add(rows, () => RESUMED_PRIORITY),

    /** Removes jobs from the queue. An active job stays and ends at its claim, which is refused. */
    remove: async (ids: readonly string[]): Promise<void> => {
      await whenReady(redis);
      let next = 0;
      const one = async () => {
        while (next < ids.length) await opened.queue.remove(ids[next++]!);
      };
      await Promise.all(Array.from({ length: REMOVALS_AT_ONCE }, one));
    },

    counts: async (): Promise<JobCounts> => {
      await whenReady(redis);
      const {
        wait = 0,
        prioritized = 0,
        delayed = 0,
        active = 0,
      } = await opened.queue.getJobCounts(...backlog, "active");
      return { waiting: wait + prioritized + delayed, active };
    },

    /** Ids of the waiting jobs between two positions of the queue, both included. */
    waitingIds: async (from: number, to: number): Promise<string[]> => {
      await whenReady(redis);
      return await opened.queue.getRanges([...backlog], from, to);
    },

    /** Those of the ids that have no job, neither waiting nor held. */
    absent: async (ids: readonly string[]): Promise<string[]> => {
      if (ids.length === 0) return [];
      await whenReady(redis);
      const pipeline = redis.pipeline();
      for (const id of ids) pipeline.exists(opened.queue.toKey(id));
      const answers = (await pipeline.exec()) ?? [];
      return ids.filter((_, n) => answers[n]?.[0] === null && answers[n]?.[1] === 0);
    },

    /** How many calls in progress wait for a worker because theirs handed them back or died; they come before all other jobs. */
    resumed: async (): Promise<number> => {
      await whenReady(redis);
      return await opened.queue.getJobCountByTypes("wait");
    },

    /** Ends a pause of the queue. */
    letGo: async (): Promise<void> => {
      await whenReady(redis);
      await opened.queue.resume();
    },

    /** Whether somebody paused the queue; our own code never does. */
    isPaused: async (): Promise<boolean> => {
      await whenReady(redis);
      return await opened.queue.isPaused();
    },

    /**
     * Removes a limit of rate or of active jobs that somebody set on the queue, or that workers of an earlier version did;
     * our own code never does. True if there was a limit.
     */
    dropForeignLimits: async (): Promise<boolean> => {
      await whenReady(redis);
      const [rate, active] = await Promise.all([
        opened.queue.getGlobalRateLimit(),
        opened.queue.getGlobalConcurrency(),
      ]);
      if (rate) await opened.queue.removeGlobalRateLimit();
      if (active !== null) await opened.queue.removeGlobalConcurrency();
      return Boolean(rate) || active !== null;
    },

    /** Announces to the worker that waits for a call that the call has ended, and to all that a line is free. */
    announceEnding: async (callId: string): Promise<void> => {
      await redis.publish(endingsChannel(prefix), callId);
    },

    /** Announces to all workers that lines, pace or a hold changed, or that a batch was stopped. */
    announceLines: async (): Promise<void> => {
      await whenReady(redis);
      await redis.publish(endingsChannel(prefix), LINES_CHANGED);
    },

    /** Closes the connection immediately, whether Redis is available or not. */
    close: async (): Promise<void> => {
      await opened.close();
      redis.disconnect();
    },
  };
}

export type CallsQueue = ReturnType<typeof openCallsQueue>;
