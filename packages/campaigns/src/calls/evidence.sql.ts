import { LOST_AT_RETELL, type Times } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { inMs } from "../database/in-ms.sql.ts";
import { retryConflicts } from "../database/retry.ts";
import { afterEnding, afterGoodCall } from "../lines/breaker.sql.ts";

const DAY_MS = 86_400_000;

/** What Retell says of a call that is over. */
export interface Ending {
  retellCallId: string;
  /** Our id, from the metadata; null if it came without. */
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

/** The row that has Retell's id or, where none has it, the one without any that our metadata names. */
const theRow = ({ retellCallId, callId }: { retellCallId: string; callId: string | null }) => Prisma.sql`
  (retell_call_id = ${retellCallId} OR (retell_call_id IS NULL AND id = ${callId}::uuid
    AND NOT EXISTS (SELECT 1 FROM retell_calls other WHERE other.retell_call_id = ${retellCallId})))`;

/** When a call that Retell does not know is lost: so often in a row, so long after the first time, or if it is so old. */
export interface Patience {
  times: number;
  forMs: number;
  oldMs: number;
}

/** Whether being missing once more makes a call lost. */
const lost = ({ times, forMs, oldMs }: Patience) =>
  Prisma.sql`((missing_times + 1 >= ${times} AND missing_since <= ${inMs(-forMs)}) OR claimed_at < ${inMs(-oldMs)})`;

/**
 * Writes what Retell says into the rows; each may be repeated, late, or out of order. What an ending tells of the
 * account goes to `lines` in the same statement (breaker.ts).
 */
export const evidenceQueries = (db: PrismaClient, times: Times) => ({
  /**
   * Settles a call with its final state: the row that has Retell's id or, while it has none, the one the metadata
   * names; in progress, or given up (late evidence corrects it), or, against our belief that nothing was placed, still
   * pending. Returns the id of the row it changed, null if there was none.
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
   * Retell has the call: keeps its id. A row still pending, against our belief that nothing was placed, is in progress
   * from now on; one that was given up stays so until the call's end is known. `lookUp`: it may be over, so the sweep asks at once. Returns whether a row took it.
   */
  goesOn: async (news: {
    retellCallId: string;
    callId: string | null;
    startedAt: Date | null;
    lookUp: boolean;
    /** Somebody or something has answered. */
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

  /** Retell says that these calls, each known by its id, go on: one statement for a page of them. */
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
   * Retell does not know this call's id, once more; with its patience at an end, that fails it as lost. Returns the
   * row's id if it failed now.
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
   * Fails calls claimed more than `oldMs` ago that Retell, asked within the last `silentMs` and answering, has not
   * confirmed as going on for that long; and where it answers nothing at all, those of more than a day. Returns their ids.
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

  /** A call turned up for a row that failed as never placed: its figures stay, but nobody calls this person as undialled again. */
  placedAfterAll: async (retellCallId: string, callId: string): Promise<boolean> => {
    const rows = await db.$executeRaw`
      /* placed after all */
      UPDATE retell_calls SET retell_call_id = ${retellCallId}, placed = 'yes'
      WHERE ${theRow({ retellCallId, callId })} AND call_status = 'failed' AND placed = 'no'`;
    return rows > 0;
  },

  /** Adds what Retell found out after the call: its analysis and recording. False if no row has this id of Retell's. */
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
