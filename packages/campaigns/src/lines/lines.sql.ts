import type { LinesView, Times } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { inMs } from "../database/in-ms.sql.ts";
import { retryConflicts } from "../database/retry.ts";
import { isHeld } from "../holds/is-held.sql.ts";

/** The part of the lines' view that PostgreSQL knows. */
export type LinesFacts = Omit<LinesView, "blocked_by" | "simulated"> & {
  /** Time until the next dial is allowed, in ms; 0 or less: now. */
  nextDialMs: number;
  /** Whether Retell's 429s, not the pace, delay the next dial. */
  slowed: boolean;
  /** Whether every batch with a pending call is held, by itself or with its campaign. */
  allHeld: boolean;
};

/** When the pace (dials a second) allows the next dial after the last one; now if there is no pace or no dial yet. */
export const afterLastDial = (pace: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`coalesce(l.last_dial_at + make_interval(secs => 1 / nullif(${pace}, 0)), clock_timestamp())`;

/**
 * The single row that every claim checks. After limit or pace is raised or a hold is lifted by hand, the next dial may
 * start as soon as the pace allows it after the last dial, however much a 429 had slowed it.
 */
export const lineQueries = (db: PrismaClient, times: Times) => ({
  /** Stores the first process's settings; later processes change nothing. Returns the stored settings. */
  configure: async (lineLimit: number, callsPerSecond: number): Promise<{ limit: number; callsPerSecond: number }> => {
    await db.$executeRaw`
      UPDATE lines SET line_limit = ${lineLimit}, calls_per_second = ${callsPerSecond}, configured = true WHERE NOT configured`;
    // No other column is read, because an API may start on older tables.
    const row = await db.lines.findFirstOrThrow({ select: { lineLimit: true, callsPerSecond: true } });
    return { limit: row.lineLimit, callsPerSecond: row.callsPerSecond };
  },

  view: async (): Promise<LinesFacts> => {
    const [row] = await db.$queryRaw<(Omit<LinesFacts, "held"> & { reason: string | null; since: Date | null })[]>`
      SELECT l.line_limit AS limit, l.calls_per_second, l.in_use, l.held_reason AS reason, l.held_since AS since, l.next_dial_at,
        (extract(epoch FROM l.next_dial_at - clock_timestamp()) * 1000)::float8 AS "nextDialMs",
        l.slow_step > 0 AND l.next_dial_at > ${afterLastDial(Prisma.sql`l.calls_per_second`)} AS slowed,
        (SELECT count(*) FROM workers w WHERE w.beat_at > now() - make_interval(secs => ${times.workerAliveMs / 1_000}))::int AS workers,
        open.waiting, open.waiting > 0 AND open.free = 0 AS "allHeld"
      FROM lines l, (
        SELECT coalesce(sum(pending), 0)::int AS waiting, coalesce(sum(pending) FILTER (WHERE NOT held), 0)::int AS free
        FROM (
          SELECT b.total_candidates - b.completed_calls - b.failed_calls
            - (SELECT count(*) FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress') AS pending,
            ${isHeld("b")} AS held
          FROM retell_batch_calls b WHERE b.completed_at IS NULL AND b.status = 'in_progress'
        ) batches
      ) open`;
    const { reason, since, ...view } = row!;
    return { ...view, held: reason !== null && since !== null ? { reason, since } : null };
  },

  /** Changes limit or pace and, if a value differs, records the author in the same statement. */
  change: async (
    change: { limit?: number | undefined; calls_per_second?: number | undefined },
    by = BY_ITSELF,
  ): Promise<void> => {
    const limit = Prisma.sql`coalesce(${change.limit ?? null}::int, l.line_limit)`;
    const pace = Prisma.sql`coalesce(${change.calls_per_second ?? null}::float8, l.calls_per_second)`;
    const speed = (of: Prisma.Sql) => Prisma.sql`coalesce(nullif(${of}, 0), 'infinity'::float8)`;
    const before = Prisma.sql`l.calls_per_second`;
    await retryConflicts(
      () => db.$executeRaw`
      /* change lines */
      WITH before AS (
        SELECT id, line_limit, calls_per_second FROM lines FOR NO KEY UPDATE
      ), changed AS (
        UPDATE lines l SET configured = true,
          line_limit = ${limit},
          next_dial_at = CASE
            WHEN ${speed(pace)} < ${speed(before)} THEN greatest(l.next_dial_at, ${afterLastDial(pace)})
            WHEN ${speed(pace)} > ${speed(before)} OR ${limit} > l.line_limit THEN least(l.next_dial_at, ${afterLastDial(pace)})
            ELSE l.next_dial_at END,
          calls_per_second = ${pace}
        FROM before b WHERE b.id = l.id
        RETURNING jsonb_strip_nulls(jsonb_build_object(
          'limit', nullif(l.line_limit, b.line_limit), 'calls_per_second', nullif(l.calls_per_second, b.calls_per_second))) AS detail
      )
      INSERT INTO audit (actor, action, detail) SELECT ${by}, 'lines.change', detail FROM changed WHERE detail <> '{}'`,
    );
  },

  /**
   * After a 429 or a dial that could not be sent, pauses dialling, longer each time in a row. The 429s of one burst count
   * once: only a dial claimed after the last slowing slows again. Returns whether this dial did.
   */
  slowDown: async (claim: { callId: string; claimNo: number }): Promise<boolean> => {
    const lines = await db.lines.findFirstOrThrow({ select: { slowStep: true } });
    const rows = await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines l SET slow_step = l.slow_step + 1, slowed_at = clock_timestamp(),
        next_dial_at = greatest(l.next_dial_at,
          ${inMs(times.slowWaitMs(lines.slowStep))})
      FROM retell_calls c
      WHERE c.id = ${claim.callId}::uuid AND c.claim_no = ${claim.claimNo} AND l.slow_step = ${lines.slowStep}
        AND (l.slowed_at IS NULL OR c.claimed_at > l.slowed_at)`,
    );
    return rows > 0;
  },
});

export type LineQueries = ReturnType<typeof lineQueries>;
