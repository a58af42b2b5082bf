import { LOST_AT_RETELL, type Times } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { inMs } from "../database/in-ms.sql.ts";
import { retryConflicts } from "../database/retry.ts";
import { afterEnding, afterGoodCall } from "../lines/breaker.sql.ts";

const DAY_MS = 86_400_000;

/** Retell's report of a call that is over. */
export interface Ending {
  retellCallId: string;
  /** Our id from the metadata; null if the metadata has none. */
  callId: string | null;
  callStatus: "completed" | "failed";
  errorMessage: string | null;
  disconnectionReason: string;
  startedAt: Date | null;
  endedAt: Date;
  durationMs: number | null;
  recordingUrl: string | null;
  analysis: unknown;
}

/** The row with this Retell id or, if there is none, the row named in the metadata that has no Retell id yet. */
const theRow = ({ retellCallId, callId }: { retellCallId: string; callId: string | null }) => Prisma.sql`
  (retell_call_id = ${retellCallId} OR (retell_call_id IS NULL AND id = ${callId}::uuid
    AND NOT EXISTS (SELECT 1 FROM retell_calls other WHERE other.retell_call_id = ${retellCallId})))`;

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
export const evidenceQueries = (db: PrismaClient, times: Times) => ({
  /**
   * Settles a call with its final state: the row with Retell's id or, if there is none yet, the row that the metadata
   * names. The row may be in progress, given up (late evidence corrects it) or still pending although we believed that
   * nothing was placed. Returns the id of the changed row, null if there was none.
   */
  settle: async (ending: Ending): Promise<string | null> => {
    const [row] = await retryConflicts(
      () => db.$queryRaw<{ id: string }[]>`
      /* settle */
      WITH told AS (
      UPDATE retell_calls SET
        call_status = ${ending.callStatus}::call_status, error_message = ${ending.errorMessage},
        disconnection_reason = ${ending.disconnectionReason}, retell_call_id = ${ending.retellCallId}, placed = 'yes',
        dialed_at = coalesce(dialed_at, clock_timestamp()),
        started_at = coalesce(${ending.startedAt}::timestamptz, started_at), ended_at = ${ending.endedAt}::timestamptz,
        duration_ms = ${ending.durationMs}::int, news_at = clock_timestamp(),
        recording_url = coalesce(${ending.recordingUrl}, recording_url),
        analysis = coalesce(${ending.analysis === null ? null : JSON.stringify(ending.analysis)}::jsonb, analysis)
      WHERE ${theRow(ending)}
        AND (call_status IN ('in_progress', 'pending')
          OR (call_status = 'failed' AND disconnection_reason IS NULL AND cancelled_at IS NULL
            AND (placed = 'unknown' OR news_at IS NOT NULL)))
      RETURNING id, claimed_at
      ), ${afterEnding(ending.disconnectionReason, times)}
      SELECT id FROM told`,
    );
    return row?.id ?? null;
  },

  /**
   * Retell has the call: stores its id. A row that is still pending, although we believed that nothing was placed, is
   * then in progress. A given-up row stays so until the call's end is known. `lookUp`: the call may be over, so the sweep asks immediately. Returns whether a row matched.
   */
  goesOn: async (news: {
    retellCallId: string;
    callId: string | null;
    startedAt: Date | null;
    lookUp: boolean;
    /** Whether a person or a machine has answered. */
    connected: boolean;
  }): Promise<boolean> => {
    const rows = await retryConflicts(
      () => db.$queryRaw<{ id: string }[]>`
      /* goes on */
      WITH told AS (
      UPDATE retell_calls SET
        call_status = CASE WHEN call_status = 'pending' THEN 'in_progress' ELSE call_status END,
        retell_call_id = ${news.retellCallId}, placed = 'yes',
        news_at = CASE WHEN ${news.lookUp} THEN '-infinity'::timestamptz ELSE clock_timestamp() END,
        claimed_at = coalesce(claimed_at, clock_timestamp()), dialed_at = coalesce(dialed_at, clock_timestamp()),
        missing_since = NULL, missing_times = 0,
        started_at = coalesce(started_at, ${news.startedAt}::timestamptz)
      WHERE ${theRow(news)}
        AND (call_status IN ('in_progress', 'pending')
          OR (call_status = 'failed' AND placed <> 'no' AND disconnection_reason IS NULL AND cancelled_at IS NULL))
      RETURNING id, claimed_at
      ), ${afterGoodCall(news.connected)}
      SELECT id FROM told`,
    );
    return rows.length > 0;
  },

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
        AND claimed_at < ${inMs(-oldMs)} AND news_at < ${inMs(-silentMs)}
        AND ((asked_at > news_at AND asked_at > ${inMs(-silentMs)}) OR claimed_at < ${inMs(-DAY_MS)})
      RETURNING id`,
    );
    return rows.map((row) => row.id);
  },

  /** Retell shows a call for a row that failed as never placed: the counters stay, but no launch takes this person as undialled again. */
  placedAfterAll: async (retellCallId: string, callId: string): Promise<boolean> => {
    const rows = await db.$executeRaw`
      /* placed after all */
      UPDATE retell_calls SET retell_call_id = ${retellCallId}, placed = 'yes'
      WHERE ${theRow({ retellCallId, callId })} AND call_status = 'failed' AND placed = 'no'`;
    return rows > 0;
  },

  /** Adds Retell's analysis and recording of a call. False if no row has this Retell id. */
  analysed: async (retellCallId: string, recordingUrl: string | null, analysis: unknown): Promise<boolean> => {
    const rows = await db.$executeRaw`
      /* analysed */
      UPDATE retell_calls SET recording_url = coalesce(${recordingUrl}, recording_url),
        analysis = coalesce(${analysis === null ? null : JSON.stringify(analysis)}::jsonb, analysis)
      WHERE retell_call_id = ${retellCallId}`;
    return rows > 0;
  },
});

export type EvidenceQueries = ReturnType<typeof evidenceQueries>;
