import pg from "pg";
import type { OnPoolError, PrismaClient } from "../database/client.ts";
import { retryConflicts } from "../database/retry.ts";
import type { QueuedCall } from "../launches/launches.sql.ts";
import { inMs } from "../lines/breaker.sql.ts";

/** A launcher that made progress within this many ms is at work; its batch is left alone. */
const LAUNCHER_QUIET_MS = 10_000;
/** A job whose row ended this many ms ago should be gone. */
const FINISHED_MS = 1_000;
/** A call of which Retell says that it is over but not how is asked about again after this many ms. */
const ENDING_UNCLEAR_MS = 1_000;
/** A call that was given up is asked about for this many ms more. */
const GIVEN_UP_MS = 600_000;
const DAY_MS = 86_400_000;
/** Key of the session lock that picks one sweeper. */
const SWEEPER_LOCK = "ringfence.sweep";
/** Longest wait for the connection of the lock, and for its answer, in ms. */
const ANSWER_TIMEOUT_MS = 5_000;
/** A sweeper that has not asked for its lock for so long, in ms, loses it. */
const MOST_IDLE_MS = 15_000;
const LEAST_IDLE_MS = 1_000;
/** A session may take its own lock again, and would have to give it back as often. */
const HELD_OR_TAKEN = `
  WITH key AS (SELECT hashtextextended($1, 0) AS key)
  SELECT CASE WHEN EXISTS (
      SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND objsubid = 1
        AND (classid::bigint << 32) | objid::bigint = key)
    THEN true ELSE pg_try_advisory_lock(key) END AS held
  FROM key`;
/** Before every batch. */
const NO_BATCH = "00000000-0000-0000-0000-000000000000";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A call whose news Retell is asked for, by its own id or, where that is not known, by ours. */
export interface AskedCall {
  callId: string;
  retellCallId: string | null;
}

/** What the sweep asks of PostgreSQL. `timeScale` shortens the ages that it goes by. */
export const sweepQueries = (db: PrismaClient, timeScale: number) => ({
  /** Rows that need a job: `all`, and those `quiet` of batches at which no launcher is at work, which should have theirs by now. */
  neededJobs: async (): Promise<{ all: number; quiet: number }> => {
    const [row] = await db.$queryRaw<{ all: number; quiet: number }[]>`
      SELECT coalesce(sum(unfinished), 0)::int AS all, coalesce(sum(unfinished) FILTER (WHERE quiet), 0)::int AS quiet
      FROM (
        SELECT total_candidates - completed_calls - failed_calls AS unfinished,
          enqueued_at <= ${inMs(-LAUNCHER_QUIET_MS * timeScale)} AS quiet
        FROM retell_batch_calls WHERE completed_at IS NULL) batches`;
    return row!;
  },

  /** The turn that has priority 1 on the queue. */
  origin: (): Promise<{ turnOrigin: bigint }> => db.lines.findFirstOrThrow({ select: { turnOrigin: true } }),

  /**
   * A page of the rows in one of the unfinished states, by batch and turn; `after` as the last of the page before.
   * `due`: it should have a job by now; a pending row of a batch that is braked, or being launched, need not.
   */
  unfinishedRows: (
    status: "pending" | "in_progress",
    after: { batchId: string; turn: bigint } | null,
    limit: number,
  ): Promise<(QueuedCall & { due: boolean })[]> =>
    db.$queryRaw`
      SELECT c.id, c.batch_id AS "batchId", c.turn, c.call_status = 'in_progress'
        OR (b.status = 'in_progress' AND b.enqueued_at <= ${inMs(-LAUNCHER_QUIET_MS * timeScale)}) AS due
      FROM (
        SELECT id, batch_id, turn, call_status FROM retell_calls
        WHERE call_status = ${status}::call_status AND (batch_id, turn) > (${after?.batchId ?? NO_BATCH}::uuid, ${after?.turn ?? -1n})
        ORDER BY batch_id, turn LIMIT ${limit}
      ) c JOIN retell_batch_calls b ON b.id = c.batch_id
      ORDER BY c.batch_id, c.turn`,

  /** Open batches whose launcher died: rows behind `enqueued_through`, and no progress lately. */
  unenqueued: (): Promise<{ id: string; enqueuedThrough: bigint }[]> =>
    db.$queryRaw`
      SELECT b.id, b.enqueued_through AS "enqueuedThrough" FROM retell_batch_calls b
      WHERE b.completed_at IS NULL AND b.status = 'in_progress'
        AND b.enqueued_at <= ${inMs(-LAUNCHER_QUIET_MS * timeScale)}
        AND b.enqueued_through < (SELECT max(c.turn) FROM retell_calls c WHERE c.batch_id = b.id)
      ORDER BY b.id`,

  /** Which of these job ids have no row that still needs a job. */
  withoutNeed: async (jobIds: readonly string[]): Promise<string[]> => {
    const ours = jobIds.filter((id) => UUID.test(id));
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT id::text FROM retell_calls WHERE id = ANY (${ours}::uuid[]) AND call_status IN ('pending', 'in_progress')`;
    const needed = new Set(rows.map((row) => row.id));
    return jobIds.filter((id) => !needed.has(id.toLowerCase()));
  },

  /** Which of these active jobs hold a slot of the queue but no line, and whether their rows ended a while ago. */
  withoutLine: (jobIds: readonly string[]): Promise<{ id: string; ended: boolean }[]> =>
    db.$queryRaw`
      SELECT id::text, call_status <> 'pending'
        AND coalesce(cancelled_at, news_at, ended_at, '-infinity') < ${inMs(-FINISHED_MS * timeScale)} AS ended
      FROM retell_calls
      WHERE id = ANY (${jobIds.filter((id) => UUID.test(id))}::uuid[]) AND call_status <> 'in_progress'`,

  /** Lines, and how many are in use. */
  slots: (): Promise<{ lineLimit: number; inUse: number }> =>
    db.lines.findFirstOrThrow({ select: { lineLimit: true, inUse: true } }),

  /** Live calls of which Retell told us nothing for this many ms and was not asked for as long, least lately asked first. */
  withoutNews: async (silentMs: number, limit: number): Promise<{ callId: string; retellCallId: string }[]> =>
    db.$queryRaw`
      SELECT id AS "callId", retell_call_id AS "retellCallId" FROM retell_calls
      WHERE call_status = 'in_progress' AND retell_call_id IS NOT NULL AND news_at < ${inMs(-silentMs)}
        AND (asked_at IS NULL
          OR asked_at < CASE WHEN news_at = '-infinity' THEN ${inMs(-ENDING_UNCLEAR_MS * timeScale)} ELSE ${inMs(-silentMs)} END)
      ORDER BY asked_at NULLS FIRST, news_at LIMIT ${limit}`,

  /**
   * Calls that were given up without Retell's word on how they ended: until Retell was asked, and answered, ten minutes
   * after that or after its last news, for a day at most; each again after `everyMs`, least lately asked first.
   */
  givenUp: (everyMs: number, limit: number): Promise<AskedCall[]> =>
    db.$queryRaw`
      SELECT id AS "callId", retell_call_id AS "retellCallId" FROM retell_calls
      WHERE call_status = 'failed' AND placed <> 'no' AND disconnection_reason IS NULL AND ended_at > ${inMs(-DAY_MS)}
        AND (asked_at IS NULL OR (asked_at < ${inMs(-everyMs)}
          AND asked_at < greatest(ended_at, news_at) + make_interval(secs => ${GIVEN_UP_MS * timeScale}::float8 / 1000)))
      ORDER BY asked_at NULLS FIRST, ended_at LIMIT ${limit}`,

  /** Retell was asked about these calls just now, and answered. */
  noteAsked: async (callIds: readonly string[]): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      /* note asked */
      UPDATE retell_calls SET asked_at = clock_timestamp()
      WHERE id IN (SELECT id FROM retell_calls WHERE id = ANY (${[...callIds]}::uuid[]) ORDER BY id FOR NO KEY UPDATE)`,
    );
  },

  /** Keeps what the steps of a sweep cost, and adds what they put right. */
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

  /** What each step of the sweep last cost, how long ago, and what it has put right so far. */
  steps: async (): Promise<{ step: string; ageSeconds: number; durationMs: number; repairs: number }[]> =>
    db.$queryRaw`
      SELECT step, extract(epoch FROM clock_timestamp() - ran_at)::float8 AS "ageSeconds", duration_ms AS "durationMs",
        repairs::float8 AS repairs
      FROM sweep_steps ORDER BY step`,
});

export type SweepQueries = ReturnType<typeof sweepQueries>;

/**
 * Picks one sweeper among all workers by a lock on a connection of its own; whoever dies loses it, and so does whoever
 * has not asked for 15 s, by PostgreSQL's clock: a frozen process must not keep the others from sweeping. What it goes
 * on with when it wakes does no harm, every step may be run twice at once.
 */
export function sweeperLock(url: string, onError: OnPoolError, timeScale = 1) {
  const idleMs = Math.max(LEAST_IDLE_MS, MOST_IDLE_MS * timeScale);
  let connection: pg.Client | null = null;
  let asking: Promise<boolean> | null = null;

  const drop = (client: pg.Client) => {
    if (connection === client) connection = null;
    void client.end().catch(() => undefined);
  };

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      application_name: "ringfence sweeper",
    });
    client.on("error", (error) => {
      drop(client);
      onError(error);
    });
    try {
      await client.connect();
      await client.query(`SET idle_session_timeout = ${Math.round(idleMs)}`);
      return client;
    } catch (error) {
      drop(client);
      throw error;
    }
  };

  const ask = async (): Promise<boolean> => {
    connection ??= await connect();
    const client = connection;
    try {
      const { rows } = await client.query<{ held: boolean }>(HELD_OR_TAKEN, [SWEEPER_LOCK]);
      return connection === client && rows[0]?.held === true;
    } catch (error) {
      drop(client);
      throw error;
    }
  };

  return {
    /** Whether this process is the sweeper now. To be asked at least every few seconds. */
    hold: async (): Promise<boolean> => {
      asking ??= ask().finally(() => {
        asking = null;
      });
      return await asking;
    },
    /** Lets another process sweep. */
    release: async (): Promise<void> => {
      const client = connection;
      connection = null;
      await client?.end();
    },
  };
}

export type SweeperLock = ReturnType<typeof sweeperLock>;
