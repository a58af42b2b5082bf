import { type JobPayload, jobs, priorityOf, RESUMED_PRIORITY } from "@ringfence/domain";
import { type OnRedisError, producerConnection, whenReady } from "./connection.ts";
import { endingsChannel } from "./endings.ts";
import { openQueue } from "./open-queue.ts";

const NAME = "call.run";
/** Removals under way at once; pipelined by the connection. Measured fastest with prioritized jobs. */
const REMOVALS_AT_ONCE = 500;

/** How long the key of a check is kept, in ms. */
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
 * The `calls` queue, seen by whoever puts jobs on it or takes them off. Every call fails fast when Redis is away; all
 * of them may be repeated.
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

  return {
    /** BullMQ's own queue, for Bull Board. */
    get queue() {
      return opened.queue;
    },

    /** Throws if Redis does not answer; whether it takes a write is another question. */
    ping: async (): Promise<void> => {
      await whenReady(redis);
      await redis.ping();
    },

    /**
     * Throws if Redis takes no write: away, a replica, short of replicas, of memory or of disk (READONLY, NOREPLICAS, OOM,
     * MISCONF). A ping would be answered by all of these.
     */
    checkWrites: async (): Promise<void> => {
      await whenReady(redis);
      await redis.set(`${prefix}:writable`, Date.now(), "PX", WRITE_CHECK_KEPT_MS);
    },

    /** What Redis does when its memory is full, null where it does not say; anything but `noeviction` loses jobs. */
    evictionPolicy: async (): Promise<string | null> => {
      await whenReady(redis);
      return /^maxmemory_policy:(\S+)/m.exec(await redis.info("memory"))?.[1] ?? null;
    },

    /** Puts the jobs of pending rows on the queue, each at its turn. One that is there already stays as it is. */
    enqueue: async (rows: readonly QueuedRow[], origin: bigint): Promise<void> => {
      await whenReady(redis);
      if (rows.length > 0) await opened.queue.addBulk(rows.map((row) => job(row, priorityOf(row.turn, origin))));
    },

    /** Puts the jobs of calls in progress on the queue, before all waiting ones. */
    enqueueInProgress: async (rows: readonly QueuedRow[]): Promise<void> => {
      await whenReady(redis);
      if (rows.length > 0) await opened.queue.addBulk(rows.map((row) => job(row, RESUMED_PRIORITY)));
    },

    /** Takes jobs off the queue. One that is active stays and dies at its claim. */
    remove: async (ids: readonly string[]): Promise<void> => {
      for (let from = 0; from < ids.length; from += REMOVALS_AT_ONCE) {
        await whenReady(redis);
        await Promise.all(ids.slice(from, from + REMOVALS_AT_ONCE).map((id) => opened.queue.remove(id)));
      }
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

    /** Ids of the jobs that workers hold. */
    activeIds: async (): Promise<string[]> => {
      await whenReady(redis);
      return await opened.queue.getRanges(["active"], 0, -1);
    },

    /** Ids of waiting jobs from one place of the queue to another, both included. */
    waitingIds: async (from: number, to: number): Promise<string[]> => {
      await whenReady(redis);
      return await opened.queue.getRanges([...backlog], from, to);
    },

    /** Which of these have no job, waiting or held. */
    absent: async (ids: readonly string[]): Promise<string[]> => {
      if (ids.length === 0) return [];
      await whenReady(redis);
      const pipeline = redis.pipeline();
      for (const id of ids) pipeline.exists(opened.queue.toKey(id));
      const answers = (await pipeline.exec()) ?? [];
      return ids.filter((_, n) => answers[n]?.[0] === null && answers[n]?.[1] === 0);
    },

    /** How many jobs may be active at once, over all workers; set only where it differs. Wakes sleeping workers. */
    setConcurrency: async (concurrency: number): Promise<void> => {
      await whenReady(redis);
      if ((await opened.queue.getGlobalConcurrency()) === concurrency) return;
      await opened.queue.setGlobalConcurrency(concurrency);
      await opened.queue.resume();
    },

    /** Removes whatever holds the queue back, a pause set by hand included, and wakes sleeping workers. */
    letGo: async (): Promise<void> => {
      await whenReady(redis);
      await opened.queue.removeRateLimitKey();
      await opened.queue.resume();
    },

    /** Whether somebody paused the queue, which nothing of ours does. */
    isPaused: async (): Promise<boolean> => {
      await whenReady(redis);
      return await opened.queue.isPaused();
    },

    /** Removes a rate limit that somebody set on the queue, which nothing of ours does; true if there was one. */
    dropForeignRateLimit: async (): Promise<boolean> => {
      await whenReady(redis);
      if (!(await opened.queue.getGlobalRateLimit())) return false;
      await opened.queue.removeGlobalRateLimit();
      return true;
    },

    /** Holds the whole queue back for a while, in ms. */
    holdBack: async (ms: number): Promise<void> => {
      await whenReady(redis);
      await opened.queue.rateLimit(Math.max(1, Math.ceil(ms)));
    },

    /** Tells the worker that waits for a call that it ended. */
    announceEnding: async (callId: string): Promise<void> => {
      await redis.publish(endingsChannel(prefix), callId);
    },

    /** Ends the connection at once, Redis there or not. */
    close: async (): Promise<void> => {
      await opened.close();
      redis.disconnect();
    },
  };
}

export type CallsQueue = ReturnType<typeof openCallsQueue>;
