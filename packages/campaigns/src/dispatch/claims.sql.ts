import {
  type AskedRow,
  type ClaimRefusal,
  type LinesNow,
  ON_DO_NOT_CALL_LIST,
  type Times,
  whyRefused,
} from "@ringfence/domain";
import type { Pool } from "pg";
import { Prisma } from "../database/generated/client.js";
import { retryConflicts } from "../database/retry.ts";
import { run } from "../database/run.ts";
import { isHeld } from "../holds/is-held.sql.ts";
import { unansweredLeft } from "../lines/breaker.sql.ts";

/** A granted claim, as its run gets it: the whole dial, and the claim number that the run's later writes must name. */
export interface ClaimedCall {
  callId: string;
  batchId: string;
  campaignId: string;
  claimNo: number;
  toNumber: string;
  fromNumber: string;
  agentId: string | null;
  dynamicVariables: Record<string, unknown>;
  /** Whether this claim passed a hold as its probe. */
  probe: boolean;
}

/** `held`: the call waits, without a job, until its batch and campaign are resumed. */
export type Claim = { kind: "yours"; call: ClaimedCall } | { kind: "gone" } | { kind: "held" } | ClaimRefusal;

/** A run that asks for its row: `name` is the run's own random id, by which it recognizes its claim if the answer is lost. */
export interface AskingRun {
  callId: string;
  name: string;
}

/** How much of a claim's lateness the pace makes up, in s. */
const MADE_UP_S = 0.02;

/** A row of the answer. The lines are the same in every row; `known`: there is a row with the id; `call`: it was granted. */
type AnswerRow = LinesNow &
  AskedRow & { name: string; known: boolean; call: ClaimedCall | null; listed: boolean; waits: boolean; turn: number };

/** The answer to runs that asked. */
export interface Claims {
  /** A run whose claim is not here may ask again. */
  claims: Map<string, Claim>;
  /** What lines and pace now allow; null if no run asked. */
  lines: LinesNow | null;
  /** The turns of the runs that may ask again, by name. */
  turns: Map<string, number>;
}

/** The claim, which alone decides whether a call may be dialled. */
export const claimQueries = (pg: Pool, times: Times) => ({
  /**
   * Claims as many of these runs' rows, each asked for once, as lines and pace allow, at most `most`, in order of turn, or
   * says why not. One statement grants a claim only if the row is pending, its batch is in progress, its number is not on
   * the do-not-call list (otherwise the call fails here), neither batch nor campaign is held, dialling is not held (or this
   * is the probe), a line is free, Retell answers and the pace allows it.
   */
  claim: async (runs: readonly AskingRun[], most: number): Promise<Claims> => {
    const rows = await retryConflicts(() => run<AnswerRow>(pg, statement(runs, most, times)));
    const claims = new Map<string, Claim>();
    const turns = new Map<string, number>();
    for (const row of rows) {
      const claim = claimOf(row);
      if (claim) claims.set(row.name, claim);
      else turns.set(row.name, row.turn);
    }
    return { claims, lines: rows[0] ?? null, turns };
  },
});

/** What became of a run's question; null if it may ask again. */
function claimOf(row: AnswerRow): Claim | null {
  if (!row.known) return { kind: "gone" };
  if (row.call) return { kind: "yours", call: row.call };
  if (row.listed) return { kind: "settled", status: "failed" };
  // Whether the fence said so or, of a row that was not asked about, the statement's own snapshot: this only ends a run.
  return row.waits ? { kind: "held" } : whyRefused(row);
}

/** How many claims the row `l` of lines allows at its instant `l.at`. */
const allowed = (most: number) => Prisma.sql`
  CASE WHEN l.next_dial_at > l.at THEN 0
    WHEN l.held_reason IS NOT NULL THEN least(l.probe_open::int, l.line_limit - l.in_use)
    WHEN l.calls_per_second > 0 THEN least(${most}::int, l.line_limit - l.in_use, l.unanswered_left, 1 + floor(
      extract(epoch FROM l.at - greatest(l.next_dial_at, l.at - make_interval(secs => ${MADE_UP_S}))) * l.calls_per_second)::int)
    ELSE least(${most}::int, l.line_limit - l.in_use) END`;

/** What a claim reads of the row `l` of lines. */
const FACTS = Prisma.sql`l.id, l.line_limit, l.in_use, l.calls_per_second, l.next_dial_at, l.held_reason, l.probe_open, l.turn_now`;

/**
 * The claim statement. It looks at lines before it locks anything, so that a refusal costs nothing. Then it locks as many
 * rows as lines allowed, asks `dial_bar` about them, behind the fence (fence.sql.ts), and only then locks the lines, which it
 * reads afresh: that order is the lock order of all code. Rows that others hold are passed over, so no claim waits for a row. If one of the
 * rows is listed, those fail and nothing is granted, because failing them locks their batch, which comes before the lines.
 * The pace is a schedule: a late claim does not delay all later claims, but at most 20 ms are made up.
 *
 * `IS TRUE` keeps the plan from the index of unfinished rows: it is made while few rows are pending, kept, and would read all
 * of 150,000 (measured: seven claims a second where ten were asked for).
 */
const statement = (runs: readonly AskingRun[], most: number, times: Times): Prisma.Sql => {
  const ids = runs.map(({ callId }) => callId);
  return Prisma.sql`
  /* claim */
  WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(${ids}::uuid[], ${runs.map(({ name }) => name)}::uuid[]) AS a (id, name)
  ), look AS MATERIALIZED (
    SELECT ${FACTS}, clock_timestamp() AS at, ${unansweredLeft(times)} AS unanswered_left FROM lines l
  ), call AS MATERIALIZED (
    SELECT c.id, c.turn, c.phone_number, c.batch_id FROM retell_calls c
    WHERE c.id = ANY (${ids}::uuid[]) AND (c.call_status = 'pending') IS TRUE
      AND EXISTS (SELECT 1 FROM retell_batch_calls b WHERE b.id = c.batch_id AND b.status = 'in_progress')
    ORDER BY c.turn, c.id LIMIT (SELECT greatest(0, ${allowed(most)}) FROM look l) FOR NO KEY UPDATE OF c SKIP LOCKED
  ), open_call AS MATERIALIZED (
    SELECT call.id, call.turn, dial_bar(call.phone_number, call.batch_id) AS bar FROM call
  ), kept_from_dialling AS (
    UPDATE retell_calls c SET call_status = 'failed', error_message = ${ON_DO_NOT_CALL_LIST}, ended_at = clock_timestamp()
    FROM open_call o WHERE c.id = o.id AND o.bar = 'listed' RETURNING c.id
  ), hot AS MATERIALIZED (
    SELECT ${FACTS}, ${unansweredLeft(times)} AS unanswered_left FROM lines l
    WHERE (SELECT bool_or(bar IS NULL) AND bool_and(bar IS DISTINCT FROM 'listed') FROM open_call) FOR NO KEY UPDATE
  ), fresh AS MATERIALIZED (
    SELECT hot.*, clock_timestamp() AS at FROM hot
  ), chosen AS MATERIALIZED (
    SELECT id, turn FROM open_call WHERE bar IS NULL ORDER BY turn, id LIMIT (SELECT greatest(0, ${allowed(most)}) FROM fresh l)
  ), line AS (
    UPDATE lines l SET
      next_dial_at = CASE WHEN l.calls_per_second > 0
        THEN greatest(l.next_dial_at, f.at - make_interval(secs => ${MADE_UP_S})) + make_interval(secs => g.calls / l.calls_per_second)
        ELSE l.next_dial_at END,
      last_dial_at = f.at,
      turn_now = greatest(l.turn_now, g.turn),
      probe_open = false,
      probe_call_id = CASE WHEN l.held_reason IS NOT NULL THEN g.first ELSE l.probe_call_id END
    FROM fresh f, (SELECT count(*) AS calls, max(turn) AS turn, (array_agg(id))[1] AS first FROM chosen) g
    WHERE l.id = f.id AND g.calls > 0
    RETURNING l.held_reason IS NOT NULL AS probe, l.last_dial_at AS claimed_at, l.next_dial_at, l.in_use + g.calls AS in_use, l.turn_now
  ), granted AS (
    UPDATE retell_calls c SET
      call_status = 'in_progress', claim_no = c.claim_no + 1, claimed_at = line.claimed_at, claimed_by = asked.name,
      dialed_at = NULL, placed = 'unknown', error_message = NULL
    FROM line, chosen, asked, campaigns g, candidates d
    WHERE c.id = chosen.id AND asked.id = chosen.id AND g.id = c.campaign_id AND d.id = c.candidate_id
    RETURNING c.id, jsonb_build_object('callId', c.id, 'batchId', c.batch_id, 'campaignId', c.campaign_id,
      'claimNo', c.claim_no, 'toNumber', c.phone_number, 'fromNumber', g.from_number, 'agentId', g.agent_id,
      'dynamicVariables', ${VARIABLES}, 'probe', line.probe) AS call
  )
  SELECT asked.name, c.id IS NOT NULL AS known, granted.call, kept.id IS NOT NULL AS listed,
    CASE WHEN o.id IS NOT NULL THEN coalesce(o.bar = 'held', false) ELSE c.call_status = 'pending' AND ${isHeld("b")} END AS waits,
    c.turn::float8 AS turn,
    c.call_status AS "callStatus", c.claim_no AS "claimNo", c.retell_call_id AS "retellCallId", c.claimed_by AS "claimedBy",
    coalesce(extract(epoch FROM clock_timestamp() - c.claimed_at) * 1000, 0)::float8 AS "claimAgeMs", b.status AS "batchStatus",
    coalesce(line.turn_now, look.turn_now)::float8 AS "turnNow", look.line_limit AS limit,
    coalesce(line.in_use, look.in_use)::int AS "inUse", look.calls_per_second AS "callsPerSecond",
    look.held_reason IS NOT NULL AND NOT look.probe_open AS held,
    look.held_reason IS NULL AND look.calls_per_second > 0 AND look.unanswered_left <= 0 AS unanswered,
    (extract(epoch FROM coalesce(line.next_dial_at, look.next_dial_at) - clock_timestamp()) * 1000)::float8 AS "nextDialMs"
  FROM asked CROSS JOIN look LEFT JOIN line ON true
    LEFT JOIN granted ON granted.id = asked.id LEFT JOIN kept_from_dialling kept ON kept.id = asked.id
    LEFT JOIN open_call o ON o.id = asked.id
    LEFT JOIN retell_calls c ON c.id = asked.id LEFT JOIN retell_batch_calls b ON b.id = c.batch_id`;
};

/** The variables for the agent, as they are at the dial; they include name and external id unless a variable has that name. */
const VARIABLES = Prisma.sql`jsonb_strip_nulls(jsonb_build_object('name', d.name, 'external_id', d.external_id)) || d.dynamic_variables`;
