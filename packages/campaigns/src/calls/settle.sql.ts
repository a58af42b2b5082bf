import { isAccountReason, type Times } from "@ringfence/domain";
import type { Pool } from "pg";
import { Prisma } from "../database/generated/client.js";
import { grouped } from "../database/grouped.ts";
import { retryConflicts } from "../database/retry.ts";
import { run } from "../database/run.ts";
import { afterEnding, afterGoodCall } from "../lines/breaker.sql.ts";

/** The call of a report: Retell's id, and ours from the metadata; null if the metadata has none. */
interface Reported {
  retellCallId: string;
  callId: string | null;
}

/** Retell's report of a call that is over. */
export interface Ending extends Reported {
  callStatus: "completed" | "failed";
  errorMessage: string | null;
  disconnectionReason: string;
  startedAt: Date | null;
  endedAt: Date;
  durationMs: number | null;
  recordingUrl: string | null;
  analysis: unknown;
}

/** Retell's report of a call that goes on. */
export interface News extends Reported {
  startedAt: Date | null;
  /** Whether the call may be over, so that the sweep asks immediately. */
  lookUp: boolean;
  /** Whether a person or a machine has answered. */
  connected: boolean;
}

/** Retell's analysis and recording of a call. */
interface Analysed extends Reported {
  recordingUrl: string | null;
  analysis: unknown;
  /** Whether only a call that has ended takes them. */
  onlyAfterItsEnd: boolean;
}

/** Whether the row `c` has this Retell id or, if none has it, is the row named in the metadata that has no Retell id yet. */
export const theRow = (retellCallId: Prisma.Sql, callId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (c.retell_call_id = ${retellCallId} OR (c.retell_call_id IS NULL AND c.id = ${callId}
    AND NOT EXISTS (SELECT 1 FROM retell_calls other WHERE other.retell_call_id = ${retellCallId})))`;
const ITS_ROW = theRow(Prisma.raw("e.retell_call_id"), Prisma.raw("e.call_id"));

/** CTEs after `report` (n, retell_call_id, call_id ...): the rows of the reports, and those that this statement has locked. */
const locate = (skipLocked: boolean) => Prisma.sql`
  seen AS MATERIALIZED (SELECT e.n FROM report e JOIN retell_calls c ON ${ITS_ROW}),
  locked AS MATERIALIZED (
    SELECT e.*, c.id FROM report e JOIN retell_calls c ON ${ITS_ROW}
    ORDER BY c.id FOR NO KEY UPDATE OF c ${skipLocked ? Prisma.sql`SKIP LOCKED` : Prisma.empty}
  )`;
/** After `told` (n, id): what became of each report; `leftOut`: somebody holds its row. */
const OUTCOMES = Prisma.sql`
  SELECT DISTINCT ON (e.n) e.n, told.id, told.id IS NULL AND seen.n IS NOT NULL AND locked.n IS NULL AS "leftOut"
  FROM report e LEFT JOIN told USING (n) LEFT JOIN seen USING (n) LEFT JOIN locked USING (n) ORDER BY e.n`;

type Outcome = { n: number; id: string | null; leftOut: boolean };

/** Writes reports of one kind, those that come at the same time together. Returns the id of the changed row, null if there was none. */
function written<Report extends Reported>(
  pg: Pool,
  statement: (reports: readonly Report[], skipLocked: boolean) => Prisma.Sql,
) {
  const write = async (reports: readonly Report[], skipLocked: boolean) => {
    const rows = await retryConflicts(() => run<Outcome>(pg, statement(reports, skipLocked)));
    return rows.map(({ id, leftOut }) => (skipLocked && leftOut ? undefined : id));
  };
  const alone = async (report: Report): Promise<string | null> => (await write([report], false))[0] ?? null;
  return {
    alone,
    together: grouped<Report, string | null>(
      ({ retellCallId }) => retellCallId,
      (reports) => write(reports, true),
      alone,
    ),
  };
}

const endings = (times: Times) => (reports: readonly Ending[], skipLocked: boolean) => {
  const rows = reports.map((ending, n) => ({
    n,
    retell_call_id: ending.retellCallId,
    call_id: ending.callId,
    call_status: ending.callStatus,
    error_message: ending.errorMessage,
    reason: ending.disconnectionReason,
    started_ms: ending.startedAt?.getTime() ?? null,
    ended_ms: ending.endedAt.getTime(),
    duration_ms: ending.durationMs,
    recording_url: ending.recordingUrl,
    analysis: ending.analysis ?? null,
  }));
  return Prisma.sql`
  /* settle */
  WITH report AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (n int, retell_call_id text, call_id uuid,
      call_status call_status, error_message text, reason text, started_ms float8, ended_ms float8,
      duration_ms int, recording_url text, analysis jsonb)
  ), ${locate(skipLocked)}, told AS (
    UPDATE retell_calls c SET
      call_status = e.call_status, error_message = e.error_message, disconnection_reason = e.reason,
      retell_call_id = e.retell_call_id, placed = 'yes', dialed_at = coalesce(c.dialed_at, clock_timestamp()),
      started_at = coalesce(to_timestamp(e.started_ms / 1000), c.started_at), ended_at = to_timestamp(e.ended_ms / 1000), duration_ms = e.duration_ms,
      news_at = clock_timestamp(), recording_url = coalesce(e.recording_url, c.recording_url),
      analysis = coalesce(e.analysis, c.analysis)
    FROM locked e
    WHERE c.id = e.id
      AND (c.call_status IN ('in_progress', 'pending')
        OR (c.call_status = 'failed' AND c.disconnection_reason IS NULL AND c.cancelled_at IS NULL
          AND (c.placed = 'unknown' OR c.news_at IS NOT NULL)))
    RETURNING e.n, c.id, c.claimed_at
  ), ${afterEnding(reports[0]!.disconnectionReason, times)}
  ${OUTCOMES}`;
};

/**
 * Settles calls with their final states: the row with Retell's id or, if there is none yet, the row that the metadata
 * names. The row may be in progress, given up (late evidence corrects it) or still pending although we believed that
 * nothing was placed. Returns the id of the changed row, null if there was none. Endings that come at the same time are
 * written by one statement; one that concerns the account is written alone, because it also holds dialling.
 */
export function settle(pg: Pool, times: Times): (ending: Ending) => Promise<string | null> {
  const { together, alone } = written<Ending>(pg, endings(times));
  return (ending) => (isAccountReason(ending.disconnectionReason) ? alone(ending) : together(ending));
}

const news = (reports: readonly News[], skipLocked: boolean) => {
  const rows = reports.map((each, n) => ({
    n,
    retell_call_id: each.retellCallId,
    call_id: each.callId,
    started_ms: each.startedAt?.getTime() ?? null,
    look_up: each.lookUp,
    connected: each.connected,
  }));
  return Prisma.sql`
  /* goes on */
  WITH report AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (n int, retell_call_id text, call_id uuid,
      started_ms float8, look_up boolean, connected boolean)
  ), ${locate(skipLocked)}, told AS (
    UPDATE retell_calls c SET
      call_status = CASE WHEN c.call_status = 'pending' THEN 'in_progress' ELSE c.call_status END,
      retell_call_id = e.retell_call_id, placed = 'yes',
      news_at = CASE WHEN e.look_up THEN '-infinity'::timestamptz ELSE clock_timestamp() END,
      claimed_at = coalesce(c.claimed_at, clock_timestamp()), dialed_at = coalesce(c.dialed_at, clock_timestamp()),
      missing_since = NULL, missing_times = 0, started_at = coalesce(c.started_at, to_timestamp(e.started_ms / 1000))
    FROM locked e
    WHERE c.id = e.id
      AND (c.call_status IN ('in_progress', 'pending')
        OR (c.call_status = 'failed' AND c.placed <> 'no' AND c.disconnection_reason IS NULL AND c.cancelled_at IS NULL))
    RETURNING e.n, c.id, c.claimed_at, e.connected
  ), ${afterGoodCall(Prisma.sql`c.connected`)}
  ${OUTCOMES}`;
};

/**
 * Retell has the call: stores its id. A row that is still pending, although we believed that nothing was placed, is then
 * in progress. A given-up row stays so until the call's end is known. Returns whether a row matched.
 */
export function goesOn(pg: Pool): (report: News) => Promise<boolean> {
  const { together } = written<News>(pg, news);
  return async (report) => (await together(report)) !== null;
}

const analyses = (reports: readonly Analysed[], skipLocked: boolean) => {
  const rows = reports.map((each, n) => ({
    n,
    retell_call_id: each.retellCallId,
    call_id: null,
    recording_url: each.recordingUrl,
    analysis: each.analysis ?? null,
    only_after_its_end: each.onlyAfterItsEnd,
  }));
  return Prisma.sql`
  /* analysed */
  WITH report AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (n int, retell_call_id text, call_id uuid,
      recording_url text, analysis jsonb, only_after_its_end boolean)
  ), ${locate(skipLocked)}, told AS (
    UPDATE retell_calls c SET recording_url = coalesce(e.recording_url, c.recording_url), analysis = coalesce(e.analysis, c.analysis)
    FROM locked e
    WHERE c.id = e.id AND (NOT e.only_after_its_end
      OR (c.call_status IN ('completed', 'failed') AND c.disconnection_reason IS NOT NULL))
    RETURNING e.n, c.id
  )
  ${OUTCOMES}`;
};

/** Adds Retell's analysis and recording to the call with this Retell id. Returns whether a row took them. */
export function analysed(pg: Pool): (report: Omit<Analysed, "callId">) => Promise<boolean> {
  const { together } = written<Analysed>(pg, analyses);
  return async (report) => (await together({ ...report, callId: null })) !== null;
}
