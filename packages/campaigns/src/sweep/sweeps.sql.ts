import type { Times } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { msAgo } from "../database/in-ms.sql.ts";
import { retryConflicts } from "../database/retry.ts";
import { isHeld } from "../holds/is-held.sql.ts";
import { idsOfRows, type QueuedCall } from "../launches/launches.sql.ts";

const DAY_MS = 86_400_000;
/** An id that sorts before every batch. */
const NO_BATCH = "00000000-0000-0000-0000-000000000000";

/** A call to be looked up at Retell, by Retell's id or, if that is unknown, by ours. */
export interface AskedCall {
  callId: string;
  retellCallId: string | null;
}

/** The sweep's queries. */
export const sweepQueries = (db: PrismaClient, times: Times) => ({
  /**
   * How many rows need a job: `all`, and the `quiet` rows of batches without an active launcher, which should already have a
   * job. Of a batch that is held only the calls in progress do.
   */
  neededJobs: async (): Promise<{ all: number; quiet: number }> => {
    const [row] = await db.$queryRaw<{ all: number; quiet: number }[]>`
      SELECT coalesce(sum(unfinished), 0)::int AS all, coalesce(sum(unfinished) FILTER (WHERE quiet), 0)::int AS quiet
      FROM (
        SELECT CASE WHEN ${isHeld("b")}
            THEN (SELECT count(*) FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress')
            ELSE b.total_candidates - b.completed_calls - b.failed_calls END AS unfinished,
          b.enqueued_at <= ${msAgo(times.launcherQuietMs)} AS quiet
        FROM retell_batch_calls b WHERE b.completed_at IS NULL) batches`;
    return row!;
  },

  /** The turn that has priority 1 on the queue. */
  origin: (): Promise<{ turnOrigin: bigint }> => db.lines.findFirstOrThrow({ select: { turnOrigin: true } }),

  /**
   * A page of the rows in one of the unfinished states, by batch and turn; `after` is the last row of the previous page.
   * `due`: the row should have a job by now; a pending row of a batch that is braked, held or being launched need not. The status
   * is a range, not a value, because only the index of unfinished rows has that order: another would read all ended rows.
   */
  unfinishedRows: (
    status: "pending" | "in_progress",
    after: { batchId: string; turn: bigint } | null,
    limit: number,
  ): Promise<(QueuedCall & { due: boolean })[]> =>
    db.$queryRaw`
      SELECT c.id, c.batch_id AS "batchId", c.turn, c.call_status = 'in_progress'
        OR (b.status = 'in_progress' AND b.enqueued_at <= ${msAgo(times.launcherQuietMs)} AND NOT ${isHeld("b")}) AS due
      FROM (
        SELECT id, batch_id, turn, call_status FROM retell_calls
        WHERE call_status IN ('pending', 'in_progress') AND call_status <= ${status}::call_status
          AND (call_status, batch_id, turn) > (${status}::call_status, ${after?.batchId ?? NO_BATCH}::uuid, ${after?.turn ?? -1n})
        ORDER BY call_status, batch_id, turn LIMIT ${limit}
      ) c JOIN retell_batch_calls b ON b.id = c.batch_id
      ORDER BY c.batch_id, c.turn`,

  /** Open batches whose launcher died: they have rows behind `enqueued_through` and no recent progress. */
  unenqueued: (): Promise<{ id: string; enqueuedThrough: bigint }[]> =>
    db.$queryRaw`
      SELECT b.id, b.enqueued_through AS "enqueuedThrough" FROM retell_batch_calls b
      WHERE b.completed_at IS NULL AND b.status = 'in_progress' AND NOT ${isHeld("b")}
        AND b.enqueued_at <= ${msAgo(times.launcherQuietMs)}
        AND b.enqueued_through < (SELECT max(c.turn) FROM retell_calls c WHERE c.batch_id = b.id)
      ORDER BY b.id`,

  /** Those of these job ids whose row no longer needs a job, or that have no row. */
  withoutNeed: async (jobIds: readonly string[]): Promise<string[]> => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT c.id::text FROM retell_calls c JOIN retell_batch_calls b ON b.id = c.batch_id
      WHERE c.id = ANY (${idsOfRows(jobIds)}::uuid[]) AND (c.call_status = 'in_progress' OR (c.call_status = 'pending' AND NOT ${isHeld("b")}))`;
    const needed = new Set(rows.map((row) => row.id));
    return jobIds.filter((id) => !needed.has(id.toLowerCase()));
  },

  /** Live calls without news from Retell and without a look-up for `silentMs`, least recently looked up first. */
  withoutNews: async (silentMs: number, limit: number): Promise<{ callId: string; retellCallId: string }[]> =>
    db.$queryRaw`
      SELECT id AS "callId", retell_call_id AS "retellCallId" FROM retell_calls
      WHERE call_status = 'in_progress' AND retell_call_id IS NOT NULL AND news_at < ${msAgo(silentMs)}
        AND (asked_at IS NULL
          OR asked_at < CASE WHEN news_at = '-infinity' THEN ${msAgo(times.endingUnclearMs)} ELSE ${msAgo(silentMs)} END)
      ORDER BY asked_at NULLS FIRST, news_at LIMIT ${limit}`,

  /**
   * Calls given up without a reported end, until Retell has answered a look-up made ten minutes after that or after the
   * call's last news, for a day at most. Each call recurs after `everyMs`; the least recently looked up come first.
   */
  givenUp: (everyMs: number, limit: number): Promise<AskedCall[]> =>
    db.$queryRaw`
      SELECT id AS "callId", retell_call_id AS "retellCallId" FROM retell_calls
      WHERE call_status = 'failed' AND placed <> 'no' AND disconnection_reason IS NULL AND ended_at > ${msAgo(DAY_MS)}
        AND (asked_at IS NULL OR (asked_at < ${msAgo(everyMs)}
          AND asked_at < greatest(ended_at, news_at) + make_interval(secs => ${times.givenUpMs}::float8 / 1000)))
      ORDER BY asked_at NULLS FIRST, ended_at LIMIT ${limit}`,

  /** Records that Retell has just answered a look-up of these calls. */
  noteAsked: async (callIds: readonly string[]): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      /* note asked */
      UPDATE retell_calls SET asked_at = clock_timestamp()
      WHERE id IN (SELECT id FROM retell_calls WHERE id = ANY (${[...callIds]}::uuid[]) ORDER BY id FOR NO KEY UPDATE)`,
    );
  },

  /** Records the cost of a sweep's steps, and adds up their repairs. */
  noteSteps: async (steps: readonly { step: string; durationMs: number; repairs: number }[]): Promise<void> => {
    await db.$executeRaw`
      /* note steps */
      INSERT INTO sweep_steps (step, ran_at, duration_ms, repairs)
      SELECT step, clock_timestamp(), duration_ms, repairs
      FROM unnest(${steps.map((each) => each.step)}::text[], ${steps.map((each) => each.durationMs)}::float8[],
        ${steps.map((each) => each.repairs)}::bigint[]) AS s (step, duration_ms, repairs)
      ORDER BY step
      ON CONFLICT (step) DO UPDATE SET ran_at = excluded.ran_at, duration_ms = excluded.duration_ms,
        repairs = sweep_steps.repairs + excluded.repairs`;
  },

  /** The last cost of each step of the sweep, its age, and its repairs so far. */
  steps: async (): Promise<{ step: string; ageSeconds: number; durationMs: number; repairs: number }[]> =>
    db.$queryRaw`
      SELECT step, extract(epoch FROM clock_timestamp() - ran_at)::float8 AS "ageSeconds", duration_ms AS "durationMs",
        repairs::float8 AS repairs
      FROM sweep_steps ORDER BY step`,
});

export type SweepQueries = ReturnType<typeof sweepQueries>;
