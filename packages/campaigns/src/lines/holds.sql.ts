import { createHash } from "node:crypto";
import type { HoldKind, Times } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { inMs } from "../database/in-ms.sql.ts";
import { retryConflicts } from "../database/retry.ts";
import { afterRefusal, HELD_KIND, heldBy, LIFTED, liftedBy, TELLS_OF_NOW } from "./breaker.sql.ts";
import { afterLastDial } from "./lines.sql.ts";

/** A probe of a hold: the hold it belongs to, its sequence number, the number before it was taken. */
export interface Probe {
  heldSince: string;
  step: number;
  before: number;
}

/** Holds all dialling, lifts a hold, and manages the probes that find out whether it can be lifted. */
export const holdQueries = (db: PrismaClient, times: Times) => ({
  /**
   * Holds all dialling because of this call's outcome. An existing hold keeps its first reason unless this call was its
   * probe. A call claimed before a hold was last lifted changes nothing. Returns whether anything changed.
   */
  hold: async (kind: HoldKind, reason: string, callId: string): Promise<boolean> => {
    const { sets, applies } = heldBy(kind, reason, times);
    const rows = await retryConflicts(
      () => db.$executeRaw`
      /* hold */
      UPDATE lines l SET ${sets} FROM retell_calls c WHERE c.id = ${callId}::uuid AND ${applies}`,
    );
    return rows > 0;
  },

  /** Lifts any hold and the slowing by 429s. Returns whether there was a hold; the trigger records who lifted it. */
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
   * Retell refused this call permanently: the fifth equal refusal in a row holds dialling. A probe refused in this way
   * lifts the hold, because Retell answers, unless the hold is about such refusals or the account.
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
      UPDATE lines l SET ${afterRefusal(status, refusal, times)}
      FROM retell_calls c WHERE c.id = ${callId}::uuid AND ${TELLS_OF_NOW}`,
    );
  },

  /**
   * Takes the hold's next probe if it is due, and schedules the following one later. An opened probe that no call has
   * used does not count. Only one caller gets a probe; null if none is due.
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
        probe_at = ${inMs(times.probeWaitMs(kind, step))}
      WHERE ${HELD_KIND} = ${kind} AND l.probe_at <= clock_timestamp() AND l.probe_step = ${before} AND l.probe_open = ${open}
      RETURNING held_since::text AS "heldSince", probe_step AS step, ${before}::int AS before`,
    );
    return probe ?? null;
  },

  /** Lets one claim through the hold to which this probe belongs. */
  openProbe: async ({ heldSince, step }: Probe): Promise<void> => {
    await retryConflicts(
      () =>
        db.$executeRaw`UPDATE lines SET probe_open = true WHERE held_since = ${heldSince}::timestamptz AND probe_step = ${step}`,
    );
  },

  /** The read of a probe failed: a wait that grows without a cap does not grow for this, and the next read follows soon. */
  readFailed: async ({ heldSince, step, before }: Probe): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines l SET probe_step = ${before}::int, probe_at = ${inMs(times.probeWaitMs("unknown", 0))}
      WHERE ${HELD_KIND} = 'unknown' AND l.held_since = ${heldSince}::timestamptz AND l.probe_step = ${step}`,
    );
  },

  /** This call was the probe, but its dial cost no candidate and showed nothing: it does not count, and the next probe follows soon. */
  probeAgainSoon: async (callId: string): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      UPDATE lines l SET probe_step = greatest(l.probe_step - 1, 0), probe_call_id = NULL,
        probe_at = least(l.probe_at, ${inMs(times.probeWaitMs("unknown", 0))})
      WHERE ${HELD_KIND} = 'unknown' AND l.probe_call_id = ${callId}::uuid`,
    );
  },
});
