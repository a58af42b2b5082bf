import { type LinesView, probeWaitMs, slowWaitMs } from "@ringfence/domain";
import type { PrismaClient } from "./client.ts";
import { retryConflicts } from "./retry.ts";

/** The one row that every claim asks. Raising a limit or lifting a hold pulls the next dial back to now. */
export const lineQueries = (db: PrismaClient) => ({
  /** Stores the first process's settings; later ones change nothing. Returns what rules. */
  configure: async (lineLimit: number, callsPerSecond: number): Promise<{ limit: number; callsPerSecond: number }> => {
    await db.$executeRaw`
      UPDATE lines SET line_limit = ${lineLimit}, calls_per_second = ${callsPerSecond}, configured = true WHERE NOT configured`;
    const row = await db.lines.findFirstOrThrow();
    return { limit: row.lineLimit, callsPerSecond: row.callsPerSecond };
  },

  view: async (): Promise<LinesView> => {
    const [row] = await db.$queryRaw<(Omit<LinesView, "held"> & { reason: string | null; since: Date | null })[]>`
      SELECT l.line_limit AS limit, l.calls_per_second, l.in_use, l.held_reason AS reason, l.held_since AS since,
        (SELECT coalesce(sum(b.total_candidates - b.completed_calls - b.failed_calls
            - (SELECT count(*) FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress')), 0)
          FROM retell_batch_calls b WHERE b.completed_at IS NULL AND b.status = 'in_progress')::int AS waiting
      FROM lines l`;
    const { reason, since, ...view } = row!;
    return { ...view, held: reason !== null && since !== null ? { reason, since } : null };
  },

  change: async (change: { limit?: number | undefined; calls_per_second?: number | undefined }): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines SET configured = true,
        line_limit = coalesce(${change.limit ?? null}::int, line_limit),
        next_dial_at = CASE WHEN ${change.calls_per_second ?? null}::float8 IS NOT NULL OR ${change.limit ?? null}::int > line_limit
          THEN least(next_dial_at, clock_timestamp()) ELSE next_dial_at END,
        calls_per_second = coalesce(${change.calls_per_second ?? null}::float8, calls_per_second)`,
    );
  },

  /** Holds all dialling; a hold that stands keeps its first reason. */
  hold: async (reason: string): Promise<boolean> => {
    const rows = await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines SET held_reason = ${reason}, held_since = clock_timestamp(), probe_step = 0, probe_open = false,
        probe_at = clock_timestamp() + make_interval(secs => ${probeWaitMs(0)}::float8 / 1000)
      WHERE held_reason IS NULL`,
    );
    return rows > 0;
  },

  /** Lifts the hold, whatever it was, and lets the next dial go now. Returns whether there was a hold. */
  resume: async (): Promise<boolean> => {
    const [row] = await retryConflicts(
      () => db.$queryRaw<{ held: boolean }[]>`
      UPDATE lines l SET held_reason = NULL, held_since = NULL, probe_at = NULL, probe_step = 0, probe_open = false,
        slowed_at = NULL, slow_step = 0, next_dial_at = least(l.next_dial_at, clock_timestamp())
      FROM lines before WHERE before.id = l.id
      RETURNING before.held_reason IS NOT NULL AS held`,
    );
    return row!.held;
  },

  /** Takes the next probe of the hold, if it is due; the one after it comes later. True for one caller only. */
  takeProbe: async (): Promise<boolean> => {
    const lines = await db.lines.findFirstOrThrow({ select: { probeStep: true } });
    const rows = await db.$executeRaw`
      UPDATE lines SET probe_step = probe_step + 1, probe_open = false,
        probe_at = clock_timestamp() + make_interval(secs => ${probeWaitMs(lines.probeStep + 1)}::float8 / 1000)
      WHERE held_reason IS NOT NULL AND probe_at <= clock_timestamp() AND probe_step = ${lines.probeStep}`;
    return rows > 0;
  },

  /** Lets one claim through the hold. */
  openProbe: async (): Promise<void> => {
    await db.$executeRaw`UPDATE lines SET probe_open = true WHERE held_reason IS NOT NULL`;
  },

  /**
   * A 429, or a dial that could not be sent: no dial for a while, longer each time in a row. The 429s of one burst
   * count once: only a dial claimed after the last slowing slows again. Returns whether this one did.
   */
  slowDown: async (claim: { callId: string; claimNo: number }): Promise<boolean> => {
    const lines = await db.lines.findFirstOrThrow({ select: { slowStep: true } });
    const rows = await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines l SET slow_step = l.slow_step + 1, slowed_at = clock_timestamp(),
        next_dial_at = greatest(l.next_dial_at,
          clock_timestamp() + make_interval(secs => ${slowWaitMs(lines.slowStep)}::float8 / 1000))
      FROM retell_calls c
      WHERE c.id = ${claim.callId}::uuid AND c.claim_no = ${claim.claimNo} AND l.slow_step = ${lines.slowStep}
        AND (l.slowed_at IS NULL OR c.claimed_at > l.slowed_at)`,
    );
    return rows > 0;
  },

  /** A dial was placed: the next 429 is the first again. */
  forgetSlowness: async (): Promise<void> => {
    await db.$executeRaw`UPDATE lines SET slow_step = 0 WHERE slow_step > 0`;
  },
});

export type LineQueries = ReturnType<typeof lineQueries>;
