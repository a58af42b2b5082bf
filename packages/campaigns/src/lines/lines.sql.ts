import { createHash } from "node:crypto";
import { type HoldKind, type LinesView, probeWaitMs, slowWaitMs } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { retryConflicts } from "../database/retry.ts";
import { afterRefusal, HELD_KIND, heldBy, inMs, LIFTED, liftedBy, TELLS_OF_NOW } from "./breaker.sql.ts";
import { ALIVE_S } from "./workers.sql.ts";

/** A probe of a hold: whose, the how manyth, and how many had been before it was taken. */
export interface Probe {
  heldSince: string;
  step: number;
  before: number;
}

/** What PostgreSQL knows of the lines. */
export type LinesFacts = Omit<LinesView, "blocked_by" | "simulated"> & {
  /** ms until the next dial is allowed; not more than 0: now. */
  nextDialMs: number;
  /** Whether Retell's 429s, not the pace, put the next dial off. */
  slowed: boolean;
};

/** When the pace (a second) allows the dial after the last one; without a pace, or before the first dial, now. */
const afterLastDial = (pace: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`coalesce(l.last_dial_at + make_interval(secs => 1 / nullif(${pace}, 0)), clock_timestamp())`;

/**
 * The one row that every claim asks. Raising limit or pace, and lifting a hold by hand, let the next dial go as soon as the
 * pace allows one after the last, however much a 429 had slowed it. `timeScale` shortens the waits of holds and 429s.
 */
export const lineQueries = (db: PrismaClient, timeScale: number) => ({
  /** Stores the first process's settings; later ones change nothing. Returns what rules. */
  configure: async (lineLimit: number, callsPerSecond: number): Promise<{ limit: number; callsPerSecond: number }> => {
    await db.$executeRaw`
      UPDATE lines SET line_limit = ${lineLimit}, calls_per_second = ${callsPerSecond}, configured = true WHERE NOT configured`;
    // No other column: an API starts on tables older than itself, too.
    const row = await db.lines.findFirstOrThrow({ select: { lineLimit: true, callsPerSecond: true } });
    return { limit: row.lineLimit, callsPerSecond: row.callsPerSecond };
  },

  view: async (): Promise<LinesFacts> => {
    const [row] = await db.$queryRaw<(Omit<LinesFacts, "held"> & { reason: string | null; since: Date | null })[]>`
      SELECT l.line_limit AS limit, l.calls_per_second, l.in_use, l.held_reason AS reason, l.held_since AS since, l.next_dial_at,
        (extract(epoch FROM l.next_dial_at - clock_timestamp()) * 1000)::float8 AS "nextDialMs",
        l.slow_step > 0 AND l.next_dial_at > ${afterLastDial(Prisma.sql`l.calls_per_second`)} AS slowed,
        (SELECT count(*) FROM workers w WHERE w.beat_at > now() - make_interval(secs => ${ALIVE_S}))::int AS workers,
        (SELECT coalesce(sum(b.total_candidates - b.completed_calls - b.failed_calls
            - (SELECT count(*) FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress')), 0)
          FROM retell_batch_calls b WHERE b.completed_at IS NULL AND b.status = 'in_progress')::int AS waiting
      FROM lines l`;
    const { reason, since, ...view } = row!;
    return { ...view, held: reason !== null && since !== null ? { reason, since } : null };
  },

  /** Changes limit or pace and keeps, in the same statement, who did, if it is a change at all. */
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
   * Holds all dialling, because of what this call met; a hold that stands keeps its first reason unless this call was
   * its probe. What was claimed before a hold was last lifted changes nothing. Returns whether it changed anything.
   */
  hold: async (kind: HoldKind, reason: string, callId: string): Promise<boolean> => {
    const { sets, applies } = heldBy(kind, reason, timeScale);
    const rows = await retryConflicts(
      () => db.$executeRaw`
      /* hold */
      UPDATE lines l SET ${sets} FROM retell_calls c WHERE c.id = ${callId}::uuid AND ${applies}`,
    );
    return rows > 0;
  },

  /** Lifts the hold, whatever it was, and forgets what a 429 slowed. Returns whether there was a hold; who lifted it is noted by the trigger. */
  resume: async (by = BY_ITSELF): Promise<boolean> => {
    const [row] = await retryConflicts(
      () => db.$queryRaw<{ held: boolean }[]>`
      /* resume */
      WITH before AS (
        SELECT id, held_reason FROM lines FOR NO KEY UPDATE
      ), lifted AS (
        UPDATE lines l SET ${liftedBy(by)}, slowed_at = NULL, slow_step = 0,
          next_dial_at = least(l.next_dial_at, ${afterLastDial(Prisma.sql`l.calls_per_second`)})
        FROM before b WHERE b.id = l.id
        RETURNING b.held_reason
      )
      SELECT held_reason IS NOT NULL AS held FROM lifted`,
    );
    return row!.held;
  },

  /**
   * Retell refused this call for good: the fifth alike in a row holds dialling. A probe so refused lifts the hold,
   * because Retell serves us, unless that is what the hold is about, or the account.
   */
  noteRefusal: async (callId: string, status: number, message: string): Promise<void> => {
    const refusal = `${status} ${createHash("sha256").update(message).digest("hex")}`;
    const lifted = await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines l SET ${LIFTED} WHERE l.probe_call_id = ${callId}::uuid
        AND ${HELD_KIND} <> 'account' AND (${HELD_KIND} <> 'refused' OR l.last_refusal IS DISTINCT FROM ${refusal})`,
    );
    if (lifted > 0) return;
    await retryConflicts(
      () => db.$executeRaw`
      /* note refusal */
      UPDATE lines l SET ${afterRefusal(status, refusal, timeScale)}
      FROM retell_calls c WHERE c.id = ${callId}::uuid AND ${TELLS_OF_NOW}`,
    );
  },

  /**
   * Takes the next probe of the hold, if it is due; the one after it comes later. One that was opened and that no call
   * has used does not count. For one caller only; null if there is none.
   */
  takeProbe: async (): Promise<Probe | null> => {
    const [lines] = await db.$queryRaw<{ kind: HoldKind | null; step: number; open: boolean }[]>`
      SELECT ${HELD_KIND} AS kind, l.probe_step AS step, l.probe_open AS open FROM lines l`;
    const { kind, step: before, open } = lines!;
    if (!kind) return null;
    const step = open ? before : before + 1;
    const [probe] = await retryConflicts(
      () => db.$queryRaw<Probe[]>`
      /* take probe */
      UPDATE lines l SET probe_step = ${step}::int, probe_open = false,
        probe_at = ${inMs(probeWaitMs(kind, step) * timeScale)}
      WHERE ${HELD_KIND} = ${kind} AND l.probe_at <= clock_timestamp() AND l.probe_step = ${before} AND l.probe_open = ${open}
      RETURNING held_since::text AS "heldSince", probe_step AS step, ${before}::int AS before`,
    );
    return probe ?? null;
  },

  /** Lets one claim through the hold that this probe was taken of. */
  openProbe: async ({ heldSince, step }: Probe): Promise<void> => {
    await retryConflicts(
      () =>
        db.$executeRaw`UPDATE lines SET probe_open = true WHERE held_since = ${heldSince}::timestamptz AND probe_step = ${step}`,
    );
  },

  /** The read of a probe failed: where the wait grows without a cap it does not grow for that, and the next read comes soon. */
  readFailed: async ({ heldSince, step, before }: Probe): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines l SET probe_step = ${before}::int, probe_at = ${inMs(probeWaitMs("unknown", 0) * timeScale)}
      WHERE ${HELD_KIND} = 'unknown' AND l.held_since = ${heldSince}::timestamptz AND l.probe_step = ${step}`,
    );
  },

  /** This call was the probe, and its dial cost no candidate and told nothing: it does not count, and the next comes soon. */
  probeAgainSoon: async (callId: string): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines l SET probe_step = greatest(l.probe_step - 1, 0), probe_call_id = NULL,
        probe_at = least(l.probe_at, ${inMs(probeWaitMs("unknown", 0) * timeScale)})
      WHERE ${HELD_KIND} = 'unknown' AND l.probe_call_id = ${callId}::uuid`,
    );
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
          ${inMs(slowWaitMs(lines.slowStep) * timeScale)})
      FROM retell_calls c
      WHERE c.id = ${claim.callId}::uuid AND c.claim_no = ${claim.claimNo} AND l.slow_step = ${lines.slowStep}
        AND (l.slowed_at IS NULL OR c.claimed_at > l.slowed_at)`,
    );
    return rows > 0;
  },
});

export type LineQueries = ReturnType<typeof lineQueries>;
