import pg from "pg";
import type { OnPoolError, PrismaClient } from "./client.ts";
import type { QueuedCall } from "./launches.ts";

/** A launcher that made progress within this many seconds is at work; its batch is left alone. */
const LAUNCHER_QUIET_SECONDS = 10;
/** A job whose row ended this many seconds ago should be gone. */
const FINISHED_SECONDS = 2;
/** Key of the session lock that picks one sweeper. */
const SWEEPER_LOCK = "ringfence.sweep";

/** What the sweep asks of PostgreSQL. */
export const sweepQueries = (db: PrismaClient) => ({
  /** Rows that need a job: `all`, and those `quiet` of batches at which no launcher is at work, which should have theirs by now. */
  neededJobs: async (): Promise<{ all: number; quiet: number }> => {
    const [row] = await db.$queryRaw<{ all: number; quiet: number }[]>`
      SELECT coalesce(sum(unfinished), 0)::int AS all, coalesce(sum(unfinished) FILTER (WHERE quiet), 0)::int AS quiet
      FROM (
        SELECT total_candidates - completed_calls - failed_calls AS unfinished,
          enqueued_at <= clock_timestamp() - make_interval(secs => ${LAUNCHER_QUIET_SECONDS}) AS quiet
        FROM retell_batch_calls WHERE completed_at IS NULL) batches`;
    return row!;
  },

  /** The turn that has priority 1 on the queue. */
  origin: (): Promise<{ turnOrigin: bigint }> => db.lines.findFirstOrThrow({ select: { turnOrigin: true } }),

  /** A page of unfinished rows, those in progress first, then by batch and turn; `after` as the last of the page before. */
  unfinishedRows: (
    inProgress: boolean,
    after: { batchId: string; turn: bigint } | null,
    limit: number,
  ): Promise<QueuedCall[]> =>
    inProgress
      ? db.$queryRaw`
          SELECT id, batch_id AS "batchId", turn FROM retell_calls
          WHERE call_status = 'in_progress' AND (${after === null} OR (batch_id, turn) > (${after?.batchId ?? null}::uuid, ${after?.turn ?? 0n}))
          ORDER BY batch_id, turn LIMIT ${limit}`
      : db.$queryRaw`
          SELECT c.id, c.batch_id AS "batchId", c.turn FROM retell_calls c JOIN retell_batch_calls b ON b.id = c.batch_id
          WHERE c.call_status = 'pending' AND b.completed_at IS NULL AND b.status = 'in_progress'
            AND b.enqueued_at <= clock_timestamp() - make_interval(secs => ${LAUNCHER_QUIET_SECONDS})
            AND (${after === null} OR (c.batch_id, c.turn) > (${after?.batchId ?? null}::uuid, ${after?.turn ?? 0n}))
          ORDER BY c.batch_id, c.turn LIMIT ${limit}`,

  /** Open batches whose launcher died: rows behind `enqueued_through`, and no progress lately. */
  unenqueued: (): Promise<{ id: string; enqueuedThrough: bigint }[]> =>
    db.$queryRaw`
      SELECT b.id, b.enqueued_through AS "enqueuedThrough" FROM retell_batch_calls b
      WHERE b.completed_at IS NULL AND b.status = 'in_progress'
        AND b.enqueued_at <= clock_timestamp() - make_interval(secs => ${LAUNCHER_QUIET_SECONDS})
        AND b.enqueued_through < (SELECT max(c.turn) FROM retell_calls c WHERE c.batch_id = b.id)
      ORDER BY b.id`,

  /** Which of these job ids have no row that still needs a job. */
  withoutNeed: async (jobIds: readonly string[]): Promise<string[]> => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT j.id FROM unnest(${[...jobIds]}::text[]) AS j (id)
      WHERE NOT EXISTS (SELECT 1 FROM retell_calls c WHERE c.id::text = j.id AND c.call_status IN ('pending', 'in_progress'))`;
    return rows.map((row) => row.id);
  },

  /** How many of these active jobs belong to rows that ended a while ago: they hold a slot of the queue, but no line. */
  finishedAmong: async (jobIds: readonly string[]): Promise<number> => {
    const [row] = await db.$queryRaw<{ finished: number }[]>`
      SELECT count(*)::int AS finished FROM retell_calls
      WHERE id = ANY (${[...jobIds]}::uuid[]) AND call_status IN ('completed', 'failed')
        AND coalesce(cancelled_at, news_at, ended_at, '-infinity') < clock_timestamp() - make_interval(secs => ${FINISHED_SECONDS})`;
    return row!.finished;
  },

  /** Live calls of which Retell told us nothing for this many ms, longest first. */
  withoutNews: async (silentMs: number, limit: number): Promise<{ callId: string; retellCallId: string }[]> =>
    db.$queryRaw`
      SELECT id AS "callId", retell_call_id AS "retellCallId" FROM retell_calls
      WHERE call_status = 'in_progress' AND retell_call_id IS NOT NULL
        AND news_at < clock_timestamp() - make_interval(secs => ${silentMs}::float8 / 1000)
      ORDER BY news_at LIMIT ${limit}`,
});

export type SweepQueries = ReturnType<typeof sweepQueries>;

/** Picks one sweeper among all workers by a lock on a connection of its own; whoever dies loses it. */
export function sweeperLock(url: string, onError: OnPoolError) {
  let holder: pg.Client | null = null;
  return {
    /** Whether this process is the sweeper now. */
    hold: async (): Promise<boolean> => {
      if (holder) return true;
      const client = new pg.Client({
        connectionString: url,
        keepAlive: true,
        connectionTimeoutMillis: 5_000,
        query_timeout: 5_000,
        application_name: "ringfence sweeper",
      });
      client.on("error", (error) => {
        if (holder === client) holder = null;
        onError(error);
      });
      try {
        await client.connect();
        const { rows } = await client.query<{ held: boolean }>(
          "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held",
          [SWEEPER_LOCK],
        );
        if (rows[0]?.held) {
          holder = client;
          return true;
        }
        await client.end();
      } catch (error) {
        void client.end().catch(() => undefined);
        throw error;
      }
      return false;
    },
    /** Lets another process sweep. */
    release: async (): Promise<void> => {
      const client = holder;
      holder = null;
      await client?.end();
    },
  };
}

export type SweeperLock = ReturnType<typeof sweeperLock>;
