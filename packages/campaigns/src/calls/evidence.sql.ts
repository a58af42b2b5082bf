import { LOST_AT_RETELL, type Times } from "@ringfence/domain";
import type { Pool } from "pg";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { inMs, msAgo } from "../database/in-ms.sql.ts";
import { retryConflicts } from "../database/retry.ts";
import { analysed, goesOn, settle, theRow } from "./settle.sql.ts";

const DAY_MS = 86_400_000;

/** When a call that Retell does not know is lost: after `times` such answers in a row over `forMs`, or if it is older than `oldMs`. */
export interface Patience {
  times: number;
  forMs: number;
  oldMs: number;
}

/** Whether one more such answer makes a call lost. */
const lost = ({ times, forMs, oldMs }: Patience) =>
  Prisma.sql`((missing_times + 1 >= ${times} AND missing_since <= ${inMs(-forMs)}) OR claimed_at < ${inMs(-oldMs)})`;

/**
 * Writes Retell's reports to the rows. A report may be repeated, late or out of order. What an ending shows about the
 * account is written to `lines` in the same statement (lines/breaker.sql.ts).
 */
export const evidenceQueries = (db: PrismaClient, pg: Pool, times: Times) => ({
  settle: settle(pg, times),
  goesOn: goesOn(pg),

  /** Retell reports that these calls, named by their Retell ids, go on: one statement for a page. */
  stillGoOn: async (retellCallIds: readonly string[]): Promise<void> => {
    await retryConflicts(
      () => db.$executeRaw`
      /* still go on */
      UPDATE retell_calls SET news_at = clock_timestamp(), missing_since = NULL, missing_times = 0
      WHERE id IN (
        SELECT id FROM retell_calls
        WHERE retell_call_id = ANY (${[...retellCallIds]}::text[]) AND call_status = 'in_progress' ORDER BY id FOR NO KEY UPDATE)`,
    );
  },

  /**
   * Records one more answer that Retell does not know this call's id. When `patience` is exhausted, the call fails as
   * lost. Returns the row's id if it failed now.
   */
  missing: async (retellCallId: string, patience: Patience): Promise<string | null> => {
    const [row] = await retryConflicts(
      () => db.$queryRaw<{ id: string; lost: boolean }[]>`
      /* missing */
      UPDATE retell_calls SET missing_since = coalesce(missing_since, clock_timestamp()), missing_times = missing_times + 1,
        call_status = CASE WHEN ${lost(patience)} THEN 'failed' ELSE call_status END::call_status,
        error_message = CASE WHEN ${lost(patience)} THEN ${LOST_AT_RETELL} ELSE error_message END,
        ended_at = CASE WHEN ${lost(patience)} THEN clock_timestamp() ELSE ended_at END
      WHERE retell_call_id = ${retellCallId} AND call_status = 'in_progress'
      RETURNING id, call_status = 'failed' AS lost`,
    );
    return row?.lost ? row.id : null;
  },

  /**
   * Fails calls claimed more than `oldMs` ago that Retell has not confirmed as live for `silentMs`, if it has answered
   * about them within that time. If Retell does not answer, fails only calls older than a day. Returns their ids.
   */
  loseOld: async (oldMs: number, silentMs: number): Promise<string[]> => {
    const rows = await retryConflicts(
      () => db.$queryRaw<{ id: string }[]>`
      /* lose old */
      UPDATE retell_calls SET call_status = 'failed', error_message = ${LOST_AT_RETELL}, ended_at = clock_timestamp()
      WHERE call_status = 'in_progress' AND retell_call_id IS NOT NULL
        AND claimed_at < ${msAgo(oldMs)} AND news_at < ${msAgo(silentMs)}
        AND ((asked_at > news_at AND asked_at > ${msAgo(silentMs)}) OR claimed_at < ${msAgo(DAY_MS)})
      RETURNING id`,
    );
    return rows.map((row) => row.id);
  },

  /** Retell shows a call for a row that failed as never placed: the counters stay, but no launch takes this person as undialled again. */
  placedAfterAll: async (retellCallId: string, callId: string): Promise<boolean> => {
    const rows = await retryConflicts(
      () => db.$executeRaw`
      /* placed after all */
      UPDATE retell_calls c SET retell_call_id = ${retellCallId}, placed = 'yes'
      WHERE ${theRow(Prisma.sql`${retellCallId}`, Prisma.sql`${callId}::uuid`)} AND call_status = 'failed' AND placed = 'no'`,
    );
    return rows > 0;
  },

  analysed: analysed(pg),
});

export type EvidenceQueries = ReturnType<typeof evidenceQueries>;
