import { randomUUID } from "node:crypto";
import {
  CANCELLED_BY_USER,
  type CallStatus,
  type ClaimRefusal,
  type ClaimView,
  NOT_PLACED,
  ON_DO_NOT_CALL_LIST,
  OUTCOME_UNKNOWN,
  whyRefused,
} from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { retryConflicts } from "../database/retry.ts";
import { afterPlaced, afterUnknown, tooManyUnanswered } from "../lines/breaker.sql.ts";

/** What a granted claim hands to its run: the whole dial, and the claim that its later writes must name. */
export interface ClaimedCall {
  callId: string;
  batchId: string;
  campaignId: string;
  claimNo: number;
  toNumber: string;
  fromNumber: string;
  agentId: string | null;
  dynamicVariables: Record<string, unknown>;
  /** This claim went through a hold, to try whether it can be lifted. */
  probe: boolean;
}

export type Claim = { kind: "yours"; call: ClaimedCall } | { kind: "gone" } | ClaimRefusal;

/** Lateness of a claim that the pace makes up, in s: 20 ms, less what passes between two looks at the clock in one statement. */
const MADE_UP_S = 0.0199;
/** Age of a claim, in ms, from which on no stop waits for its dial, with the default time-out of a dial. */
const LONGEST_OPEN_DIAL_MS = 10_000;

/** The claim a write names: a row that another run has claimed since is not touched. */
export type ClaimRef = Pick<ClaimedCall, "callId" | "claimNo">;

/**
 * Every move of a call in a worker's run. Each is one statement; each returns what it changed, and changes nothing when
 * it lost. What a dial tells of Retell as a whole goes to `lines` in the same statement (breaker.ts). `timeScale`
 * shortens the waits of a hold.
 */
export const callQueries = (db: PrismaClient, timeScale: number) => ({
  /**
   * Claims a call, or says why not. Granted only if, all in one statement, the row is pending, its batch in
   * progress, its number not on the do-not-call list (else it fails here), dialling not held (or this the probe), a line
   * free, Retell answering and the pace kept. `by` is the run's own random id: by it a run knows a claim of its own whose
   * answer it never saw.
   */
  claim: async (callId: string, by: string = randomUUID()): Promise<Claim> => {
    const [call] = await retryConflicts(() => grant(db, callId, by, timeScale));
    if (call) return { kind: "yours", call };
    const [view] = await db.$queryRaw<ClaimView[]>`
      /* why not claimed */
      SELECT c.call_status AS "callStatus", c.claim_no AS "claimNo", c.retell_call_id AS "retellCallId", c.claimed_by AS "claimedBy",
        coalesce(extract(epoch FROM clock_timestamp() - c.claimed_at) * 1000, 0)::float8 AS "claimAgeMs",
        b.status AS "batchStatus",
        l.held_reason IS NOT NULL AND NOT l.probe_open AS held,
        l.in_use >= l.line_limit AS "linesFull",
        ${tooManyUnanswered(LONGEST_OPEN_DIAL_MS * timeScale)} AS unanswered,
        (extract(epoch FROM l.next_dial_at - clock_timestamp()) * 1000)::float8 AS "paceMs"
      FROM retell_calls c JOIN retell_batch_calls b ON b.id = c.batch_id CROSS JOIN lines l
      WHERE c.id = ${callId}::uuid`;
    return view ? whyRefused(view) : { kind: "gone" };
  },

  /**
   * The dial was placed: keeps Retell's id. Also on a row that was given up meanwhile. False if a webhook
   * settled it first. Either way it is known that Retell accepts calls.
   */
  recordPlaced: async (claim: ClaimRef, retellCallId: string): Promise<boolean> => {
    const rows = await retryConflicts(
      () => db.$queryRaw<{ id: string }[]>`
      /* record placed */
      WITH claim AS (
        SELECT id, claimed_at FROM retell_calls WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo}
      ), placed AS (
        UPDATE retell_calls SET retell_call_id = ${retellCallId}, placed = 'yes', news_at = clock_timestamp(),
          dialed_at = coalesce(dialed_at, clock_timestamp())
        WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo}
          AND (call_status = 'in_progress' OR (call_status = 'failed' AND placed = 'unknown'))
          AND (retell_call_id IS NULL OR retell_call_id = ${retellCallId})
        RETURNING id
      ), ${afterPlaced}
      SELECT id FROM placed`,
    );
    return rows.length > 0;
  },

  /** Retell refused the call for good (400, 404, 422): fails it with Retell's message. */
  refuse: (claim: ClaimRef, message: string): Promise<boolean> =>
    changed(
      retryConflicts(
        () => db.$executeRaw`
      /* refuse */
      UPDATE retell_calls SET call_status = 'failed', placed = 'no', error_message = ${message},
        dialed_at = clock_timestamp(), ended_at = clock_timestamp()
      WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo}
        AND call_status = 'in_progress' AND retell_call_id IS NULL`,
      ),
    ),

  /**
   * The call was surely not placed: puts it back to pending or, if its batch was braked meanwhile, cancels it.
   * So late that a stop no longer waited for its dial (`openDialMs`), it fails as not placed, because it is among the
   * calls that the receipt said were in progress. Returns what it became, null if the row was no longer this claim's.
   */
  release: async (claim: ClaimRef, openDialMs = LONGEST_OPEN_DIAL_MS): Promise<"pending" | "failed" | null> => {
    const [row] = await retryConflicts(
      () => db.$queryRaw<{ became: "pending" | "failed" }[]>`
      /* release */
      UPDATE retell_calls c SET
        call_status = CASE WHEN b.status = 'in_progress' THEN 'pending' ELSE 'failed' END::call_status,
        error_message = CASE WHEN b.status = 'in_progress' THEN NULL
          WHEN c.claimed_at > clock_timestamp() - make_interval(secs => ${openDialMs}::float8 / 1000) THEN ${CANCELLED_BY_USER}
          ELSE ${NOT_PLACED} END,
        placed = 'no', claimed_at = NULL, claimed_by = NULL, dialed_at = NULL, news_at = NULL
      FROM retell_batch_calls b
      WHERE c.id = ${claim.callId}::uuid AND c.claim_no = ${claim.claimNo} AND b.id = c.batch_id
        AND c.call_status = 'in_progress' AND c.retell_call_id IS NULL
      RETURNING c.call_status AS became`,
    );
    return row?.became ?? null;
  },

  /**
   * The request ended and nobody knows whether a phone rings: the dial is no longer open, the row waits for evidence.
   * Three in a row hold dialling. Written again, it changes and counts nothing.
   */
  recordUnknown: async (claim: ClaimRef): Promise<boolean> => {
    const rows = await retryConflicts(
      () => db.$queryRaw<{ id: string }[]>`
      /* record unknown */
      WITH claim AS (
        UPDATE retell_calls SET dialed_at = clock_timestamp()
        WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo} AND call_status = 'in_progress'
          AND dialed_at IS NULL
        RETURNING id, claimed_at
      ), ${afterUnknown(timeScale)}
      SELECT id FROM claim`,
    );
    return rows.length > 0;
  },

  /** No evidence came in time: fails the call, never to be dialled again. */
  giveUp: (claim: ClaimRef): Promise<boolean> =>
    changed(
      retryConflicts(
        () => db.$executeRaw`
      /* give up */
      UPDATE retell_calls SET call_status = 'failed', error_message = ${OUTCOME_UNKNOWN}, ended_at = clock_timestamp(),
        dialed_at = coalesce(dialed_at, clock_timestamp())
      WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo}
        AND call_status = 'in_progress' AND retell_call_id IS NULL`,
      ),
    ),

  /** Which of these calls are no longer in progress. */
  ended: async (callIds: readonly string[]): Promise<string[]> => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      /* ended */
      SELECT id FROM retell_calls WHERE id = ANY (${callIds}::uuid[]) AND call_status <> 'in_progress'`;
    return rows.map((row) => row.id);
  },

  /** Where a call stands, null if there is none. */
  look: (callId: string): Promise<{ callStatus: CallStatus; claimNo: number; retellCallId: string | null } | null> =>
    db.call.findUnique({ where: { id: callId }, select: { callStatus: true, claimNo: true, retellCallId: true } }),
});

export type CallQueries = ReturnType<typeof callQueries>;

const changed = async (rows: Promise<number>): Promise<boolean> => (await rows) > 0;

/** The claim itself. The list is asked once the row is locked: nobody waits for a row while the list waits for them. The pace is a schedule: a claim that is late does not push all later ones, but no more than 20 ms are made up. */
const grant = (db: PrismaClient, callId: string, by: string, timeScale: number) => db.$queryRaw<ClaimedCall[]>`
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
      AND NOT ${tooManyUnanswered(LONGEST_OPEN_DIAL_MS * timeScale)}
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

/** What the agent knows of the candidate, as it is at the dial: name and external id too, unless a variable of that name says otherwise. */
const VARIABLES = Prisma.sql`jsonb_strip_nulls(jsonb_build_object('name', d.name, 'external_id', d.external_id)) || d.dynamic_variables`;
