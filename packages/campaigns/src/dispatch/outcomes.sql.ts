import { CANCELLED_BY_USER, type CallStatus, NOT_PLACED, OUTCOME_UNKNOWN, type Times } from "@ringfence/domain";
import type { Pool } from "pg";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { grouped } from "../database/grouped.ts";
import { retryConflicts } from "../database/retry.ts";
import { run } from "../database/run.ts";
import { afterPlaced, afterUnknown } from "../lines/breaker.sql.ts";
import type { ClaimedCall } from "./claims.sql.ts";
import { claimedLately } from "./open-dial.sql.ts";

/** The claim that a write names; a row claimed by another run since stays unchanged. */
export type ClaimRef = Pick<ClaimedCall, "callId" | "claimNo">;

/**
 * The outcomes that a run records for its claimed call. Each write is one statement that names the claim it saw; it
 * returns what it changed, and changes nothing if another run has claimed the row since. What a dial shows about Retell
 * as a whole is written to `lines` in the same statement (lines/breaker.sql.ts).
 */
export const outcomeQueries = (db: PrismaClient, pg: Pool, times: Times) => ({
  /**
   * The dial was placed: stores Retell's id, also on a row that was given up meanwhile. False if a webhook settled the
   * call first. Either way Retell is known to accept calls. Dials placed at the same time are written by one statement.
   */
  recordPlaced: recordPlaced(pg),

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
   * The call was surely not placed: makes it pending again or, if its batch was braked meanwhile, cancels it. If the
   * write is so late that a stop no longer waited for the dial, the call fails as not placed, because the receipt
   * counted it as in progress. The row is locked before its age is read: a stop that holds the row is over by then
   * (`figures` with `late_dials`). Returns the new state, null if the row no longer had this claim.
   */
  release: async (claim: ClaimRef): Promise<"pending" | "failed" | null> => {
    const [row] = await retryConflicts(
      () => db.$queryRaw<{ became: "pending" | "failed" }[]>`
      /* release */
      WITH claim AS (
        SELECT id FROM retell_calls
        WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo}
          AND call_status = 'in_progress' AND retell_call_id IS NULL FOR NO KEY UPDATE
      )
      UPDATE retell_calls c SET
        call_status = CASE WHEN b.status = 'in_progress' THEN 'pending' ELSE 'failed' END::call_status,
        error_message = CASE WHEN b.status = 'in_progress' THEN NULL
          WHEN ${claimedLately("c", times)} THEN ${CANCELLED_BY_USER}
          ELSE ${NOT_PLACED} END,
        placed = 'no', claimed_at = NULL, claimed_by = NULL, dialed_at = NULL, news_at = NULL
      FROM retell_batch_calls b, claim
      WHERE c.id = claim.id AND b.id = c.batch_id
      RETURNING c.call_status AS became`,
    );
    return row?.became ?? null;
  },

  /**
   * The request ended and it is unknown whether a phone rings: the dial is no longer open, and the row waits for
   * evidence. Three such dials in a row hold dialling. A repeated write changes and counts nothing.
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
      ), ${afterUnknown(times)}
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

  /** Which of these calls are no longer in progress. The ids go as one text: pg would quote each, thousands every few seconds. */
  ended: async (callIds: readonly string[]): Promise<string[]> => {
    const rows = await run<{ id: string }>(
      pg,
      Prisma.sql`
      /* ended */
      SELECT id FROM retell_calls WHERE id = ANY (${`{${callIds.join()}}`}::uuid[]) AND call_status <> 'in_progress'`,
    );
    return rows.map((row) => row.id);
  },

  /** The state of a call, null if there is no such call. */
  look: (callId: string): Promise<{ callStatus: CallStatus; claimNo: number; retellCallId: string | null } | null> =>
    db.call.findUnique({ where: { id: callId }, select: { callStatus: true, claimNo: true, retellCallId: true } }),
});

/** A dial that was placed, and the claim that it was placed under. */
interface Placed extends ClaimRef {
  retellCallId: string;
}

function recordPlaced(pg: Pool): (claim: ClaimRef, retellCallId: string) => Promise<boolean> {
  const alone = writePlaced(pg, false);
  const write = grouped<Placed, boolean>(
    ({ callId }) => callId,
    writePlaced(pg, true),
    async (dial) => (await alone([dial]))[0] ?? false,
  );
  return (claim, retellCallId) => write({ callId: claim.callId, claimNo: claim.claimNo, retellCallId });
}

/** Writes dials of different calls. With `skipLocked` a row that somebody holds is left out: undefined. */
const writePlaced =
  (pg: Pool, skipLocked: boolean) =>
  async (dials: readonly Placed[]): Promise<(boolean | undefined)[]> => {
    const rows = await retryConflicts(() =>
      run<{ id: string; placed: boolean }>(
        pg,
        Prisma.sql`
      /* record placed */
      WITH dial AS MATERIALIZED (
        SELECT * FROM unnest(${dials.map(({ callId }) => callId)}::uuid[], ${dials.map(({ claimNo }) => claimNo)}::int[],
          ${dials.map(({ retellCallId }) => retellCallId)}::text[]) AS d (id, claim_no, retell_call_id)
      ), locked AS MATERIALIZED (
        SELECT c.id, c.claimed_at, c.claim_no, d.claim_no AS named, d.retell_call_id FROM retell_calls c JOIN dial d USING (id)
        ORDER BY c.id FOR NO KEY UPDATE OF c ${skipLocked ? SKIP_LOCKED : Prisma.empty}
      ), claim AS (
        SELECT * FROM locked WHERE claim_no = named
      ), placed AS (
        UPDATE retell_calls c SET retell_call_id = d.retell_call_id, placed = 'yes', news_at = clock_timestamp(),
          dialed_at = coalesce(c.dialed_at, clock_timestamp())
        FROM claim d
        WHERE c.id = d.id
          AND (c.call_status = 'in_progress' OR (c.call_status = 'failed' AND c.placed = 'unknown'))
          AND (c.retell_call_id IS NULL OR c.retell_call_id = d.retell_call_id)
        RETURNING c.id
      ), ${afterPlaced}
      SELECT locked.id, placed.id IS NOT NULL AS placed FROM locked LEFT JOIN placed USING (id)`,
      ),
    );
    const placed = new Map(rows.map((row) => [row.id, row.placed]));
    return dials.map(({ callId }) => placed.get(callId) ?? (skipLocked ? undefined : false));
  };

const SKIP_LOCKED = Prisma.sql`SKIP LOCKED`;

const changed = async (rows: Promise<number>): Promise<boolean> => (await rows) > 0;
