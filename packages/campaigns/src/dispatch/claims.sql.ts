import { randomUUID } from "node:crypto";
import { type ClaimRefusal, type ClaimView, ON_DO_NOT_CALL_LIST, type Times, whyRefused } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { retryConflicts } from "../database/retry.ts";
import { tooManyUnanswered } from "../lines/breaker.sql.ts";

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

export type Claim = { kind: "yours"; call: ClaimedCall } | { kind: "gone" } | ClaimRefusal;

/** How much of a claim's lateness the pace makes up, in s: 20 ms, less the time between two clock reads in one statement. */
const MADE_UP_S = 0.0199;

/** The claim, which alone decides whether a call may be dialled. */
export const claimQueries = (db: PrismaClient, times: Times) => ({
  /**
   * Claims a call or says why not. One statement grants the claim only if the row is pending, its batch is in progress,
   * its number is not on the do-not-call list (otherwise the call fails here), dialling is not held (or this is the
   * probe), a line is free, Retell answers and the pace allows it. `by` is the run's own random id, by which the run
   * recognizes its claim if the answer is lost.
   */
  claim: async (callId: string, by: string = randomUUID()): Promise<Claim> => {
    const [call] = await retryConflicts(() => grant(db, callId, by, times));
    if (call) return { kind: "yours", call };
    const [view] = await db.$queryRaw<ClaimView[]>`
      /* why not claimed */
      SELECT c.call_status AS "callStatus", c.claim_no AS "claimNo", c.retell_call_id AS "retellCallId", c.claimed_by AS "claimedBy",
        coalesce(extract(epoch FROM clock_timestamp() - c.claimed_at) * 1000, 0)::float8 AS "claimAgeMs",
        b.status AS "batchStatus",
        l.held_reason IS NOT NULL AND NOT l.probe_open AS held,
        l.in_use >= l.line_limit AS "linesFull",
        ${tooManyUnanswered(times)} AS unanswered,
        (extract(epoch FROM l.next_dial_at - clock_timestamp()) * 1000)::float8 AS "paceMs"
      FROM retell_calls c JOIN retell_batch_calls b ON b.id = c.batch_id CROSS JOIN lines l
      WHERE c.id = ${callId}::uuid`;
    return view ? whyRefused(view) : { kind: "gone" };
  },
});

/** The claim statement. It checks the do-not-call list after locking the row, so that no claim waits for a row while the list waits for that claim. The pace is a schedule: a late claim does not delay all later claims, but at most 20 ms are made up. */
const grant = (db: PrismaClient, callId: string, by: string, times: Times) => db.$queryRaw<ClaimedCall[]>`
  /* claim */
  WITH call AS (
    SELECT c.id, c.batch_id, c.turn, c.phone_number FROM retell_calls c
    WHERE c.id = ${callId}::uuid AND c.call_status = 'pending' FOR NO KEY UPDATE
  ), open_call AS (
    SELECT call.*, may_not_be_called(call.phone_number) AS listed FROM call
    WHERE EXISTS (SELECT 1 FROM retell_batch_calls b WHERE b.id = call.batch_id AND b.status = 'in_progress')
  ), kept_from_dialling AS (
    UPDATE retell_calls c SET call_status = 'failed', error_message = ${ON_DO_NOT_CALL_LIST}, ended_at = clock_timestamp()
    FROM open_call WHERE c.id = open_call.id AND open_call.listed
  ), line AS (
    UPDATE lines l SET
      next_dial_at = CASE WHEN l.calls_per_second > 0
        THEN greatest(l.next_dial_at, clock_timestamp() - make_interval(secs => ${MADE_UP_S}))
          + make_interval(secs => 1 / l.calls_per_second)
        ELSE l.next_dial_at END,
      last_dial_at = clock_timestamp(),
      turn_now = greatest(l.turn_now, call.turn),
      probe_open = false,
      probe_call_id = CASE WHEN l.held_reason IS NOT NULL THEN call.id ELSE l.probe_call_id END
    FROM open_call call
    WHERE NOT call.listed
      AND (l.held_reason IS NULL OR l.probe_open)
      AND l.in_use < l.line_limit
      AND NOT ${tooManyUnanswered(times)}
      AND l.next_dial_at <= clock_timestamp()
    RETURNING l.held_reason IS NOT NULL AS probe, l.last_dial_at AS claimed_at
  )
  UPDATE retell_calls c SET
    call_status = 'in_progress', claim_no = c.claim_no + 1, claimed_at = line.claimed_at, claimed_by = ${by}::uuid,
    dialed_at = NULL, placed = 'unknown', error_message = NULL
  FROM line, call, campaigns g, candidates d
  WHERE c.id = call.id AND g.id = c.campaign_id AND d.id = c.candidate_id
  RETURNING c.id AS "callId", c.batch_id AS "batchId", c.campaign_id AS "campaignId", c.claim_no AS "claimNo",
    c.phone_number AS "toNumber", g.from_number AS "fromNumber", g.agent_id AS "agentId",
    ${VARIABLES} AS "dynamicVariables", line.probe`;

/** The variables for the agent, as they are at the dial; they include name and external id unless a variable has that name. */
const VARIABLES = Prisma.sql`jsonb_strip_nulls(jsonb_build_object('name', d.name, 'external_id', d.external_id)) || d.dynamic_variables`;
