import { randomUUID } from "node:crypto";
import { type BatchStatus, CANCELLED_BY_USER, type CallCounts, type Receipt, type Times } from "@ringfence/domain";
import type { PrismaClient, PrismaTransaction } from "../database/client.ts";
import { isUnavailable } from "../database/errors.ts";
import { Prisma } from "../database/generated/client.js";
import { joining } from "../database/joining.ts";
import type { After, NewestFirst } from "../database/paging.ts";
import { retryStop } from "../database/retry.ts";
import { openDial } from "../dispatch/open-dial.sql.ts";
import { ALL_TURNS } from "../launches/launches.sql.ts";

/** Rows that one statement of a flip changes: some 200 ms, in which claims and settles of the batch wait for its row. */
const PIECE = 10_000;

/**
 * The figures of a stop, all from one instant. `open_dials` counts calls whose create-call request may still be sent or
 * answered, `late_dials` those whose request nobody waits for any more, although its outcome is not written down.
 */
export interface StopFigures extends CallCounts {
  total_candidates: number;
  cancelled_now: number;
  open_dials: number;
  late_dials: number;
  stopped_at: Date;
}

/** A receipt as it was answered, and who asked for it. */
export interface StoredReceipt {
  id: string;
  by: string;
  at: Date;
  receipt: Receipt;
}

/** What stops read before they can be sure that nothing is left to do. */
export interface StopLook {
  has_pending: boolean;
  open_dials: number;
}

/** A cancelled row, whose job is to be removed, and its place in the order of cancelling: `at` by PostgreSQL, to the microsecond. */
export type CancelledRow = { id: string; at: string; turn: bigint };

/** The statements of a stop, on a pool of their own, so that no other work makes them wait for a connection; its receipts are read on that of the pages. */
export const stopQueries = (db: PrismaClient, pages: PrismaClient, times: Times) => ({
  /** Age from which no claim is dialled with, in ms: so long after a brake a call of its batches may still begin. */
  claimsVoidAfterMs: times.staleClaimMs,

  /**
   * Brakes one batch. No claim or release begun after the commit can succeed. Returns PostgreSQL's time to the microsecond,
   * as text: calls cancelled from then on count for this request.
   */
  brake: (batchId: string): Promise<string> =>
    retryStop(async () => {
      const [row] = await db.$queryRaw<{ since: string }[]>`
        /* brake */
        WITH since AS MATERIALIZED (SELECT clock_timestamp()::text AS since), braked AS (
          UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = ${batchId}::uuid AND status = 'in_progress'
        )
        SELECT since FROM since`;
      return row!.since;
    }),

  /** The batch as it is now, null if there is no such batch. */
  batch: (batchId: string): Promise<{ campaignId: string; status: BatchStatus } | null> =>
    retryStop(() => db.batch.findUnique({ where: { id: batchId }, select: { campaignId: true, status: true } })),

  /**
   * Brakes all open batches of a campaign. Returns the batches concerned, that is the braked batches and all with an
   * unfinished call, and the time from which cancelled calls count, as `brake` does. Ends the hold of a campaign that is
   * paused, in the same commit, so that nobody is dialled between the two.
   */
  brakeCampaign: (campaignId: string): Promise<{ since: string; batchIds: string[] }> =>
    retryStop(async () => {
      const [row] = await db.$queryRaw<{ since: string; batchIds: string[] }[]>`
        /* brake campaign */
        WITH since AS MATERIALIZED (SELECT clock_timestamp()::text AS since), unfinished AS (
          SELECT id FROM retell_batch_calls
          WHERE campaign_id = ${campaignId}::uuid AND (status = 'in_progress' OR completed_at IS NULL)
          ORDER BY id FOR NO KEY UPDATE
        ), braked AS (
          UPDATE retell_batch_calls b SET status = 'cancelled' FROM unfinished u WHERE b.id = u.id AND b.status = 'in_progress'
          RETURNING b.id
        ), let_go AS (
          UPDATE campaigns SET held_at = NULL, held_by = NULL, held_reason = NULL
          WHERE id = ${campaignId}::uuid AND status = 'paused' AND held_at IS NOT NULL AND (SELECT count(*) FROM braked) >= 0
        )
        SELECT since, ARRAY(SELECT id FROM unfinished ORDER BY id) AS "batchIds" FROM since`;
      return row!;
    }),

  /** Pauses a campaign; false if there is no such campaign. */
  pauseCampaign: async (campaignId: string): Promise<boolean> =>
    (await retryStop(
      () => db.$executeRaw`/* pause campaign */ UPDATE campaigns SET status = 'paused' WHERE id = ${campaignId}::uuid`,
    )) > 0,

  /** Brakes the open batches of paused campaigns, which a Stop All may leave if its process dies between its steps. Returns how many. */
  brakeLeftovers: (): Promise<number> =>
    retryStop(
      () => db.$executeRaw`
      UPDATE retell_batch_calls b SET status = 'cancelled' FROM campaigns g
      WHERE g.id = b.campaign_id AND g.status = 'paused' AND b.status = 'in_progress'`,
    ),

  /** Cancelled batches that still have a pending row, left by a stop whose process died or by a brake set by hand. */
  brakedWithPending: async (): Promise<string[]> => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT b.id FROM retell_batch_calls b
      WHERE b.completed_at IS NULL AND b.status = 'cancelled'
        AND EXISTS (SELECT 1 FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'pending')
      ORDER BY b.id`;
    return rows.map((row) => row.id);
  },

  /**
   * The flip: fails every pending row of the batch as cancelled, in pieces, so that claims and settles come between them.
   * Who asks while it runs in this process waits for it, and while another process flips returns at once; both must look.
   * Returns the number of rows that this call changed.
   */
  flip: joining(async (batchId: string): Promise<number> => {
    let flipped = 0;
    for (let after = -1n; ; ) {
      const piece = await retryStop(() => flipPiece(db, batchId, after));
      flipped += piece.flipped;
      if (piece.last === null) return flipped;
      after = piece.last;
    }
  }),

  /** Whether rows of these batches are pending, and how many dials are open. */
  look: (batchIds: readonly string[]): Promise<StopLook> =>
    retryStop(async () => {
      const [row] = await db.$queryRaw<StopLook[]>`
        /* look */
        SELECT EXISTS (SELECT FROM retell_calls WHERE batch_id = ANY (${batchIds}::uuid[]) AND call_status = 'pending') AS has_pending,
          (SELECT count(*)::int FROM retell_calls c WHERE batch_id = ANY (${batchIds}::uuid[]) AND ${openDial("c", times)}) AS open_dials`;
      return row!;
    }),

  /** The current figures of these batches; `since` is a result of `brake`. */
  figures: (batchIds: readonly string[], since: string) => retryStop(() => figuresIn(db, batchIds, since, times)),

  /**
   * The current figures, while no late dial of these batches can be released: a release that read the row's age in time
   * has committed before, and one that comes afterwards finds the row too old to count as cancelled. So the figures stay
   * right after the receipt.
   */
  figuresBehindReleases: (batchIds: readonly string[], since: string): Promise<StopFigures> =>
    retryStop(() =>
      db.$transaction(
        async (tx) => {
          await tx.$executeRaw`
            /* wait for releases */
            SELECT FROM retell_calls
            WHERE batch_id = ANY (${batchIds}::uuid[]) AND call_status = 'in_progress' AND dialed_at IS NULL
            ORDER BY id FOR SHARE`;
          return await figuresIn(tx, batchIds, since, times);
        },
        { timeout: 2 * times.statementTimeoutMs },
      ),
    ),

  /** A page of a batch's rows behind a place in the order of cancelling, in that order. */
  cancelledBehind: (
    batchId: string,
    { at, turn }: Pick<CancelledRow, "at" | "turn">,
    limit: number,
  ): Promise<CancelledRow[]> =>
    db.$queryRaw`
      /* cancelled behind */ SELECT id, cancelled_at::text AS at, turn FROM retell_calls
      WHERE call_status = 'failed' AND error_message = 'Batch cancelled by user'
        AND batch_id = ${batchId}::uuid AND (cancelled_at, turn) > (${at}::timestamptz, ${turn})
      ORDER BY cancelled_at, turn LIMIT ${limit}`,

  /** Live calls of these batches that can be hung up at Retell. */
  liveCalls: (batchIds: readonly string[]): Promise<{ callId: string; retellCallId: string }[]> =>
    retryStop(
      () => db.$queryRaw`
      SELECT id AS "callId", retell_call_id AS "retellCallId" FROM retell_calls
      WHERE batch_id = ANY (${batchIds}::uuid[]) AND call_status = 'in_progress' AND retell_call_id IS NOT NULL`,
    ),

  /** Stores the receipt of a stop, in the audit. */
  store: async (receipt: Receipt, by: string): Promise<void> => {
    const id = randomUUID();
    const action = receipt.batch_id ? "batch.cancel" : "campaign.stop";
    await retryStop(
      () => db.$executeRaw`
      /* store receipt */
      INSERT INTO audit (id, actor, action, campaign_id, batch_id, detail)
      VALUES (${id}::uuid, ${by}, ${action}, ${receipt.campaign_id}::uuid, ${receipt.batch_id}::uuid, ${JSON.stringify(receipt)}::jsonb)
      ON CONFLICT (id) DO NOTHING`,
      isUnavailable,
    );
  },

  /** The receipts that speak of a campaign, or of one batch of it, newest first. */
  receipts: (
    of: { campaignId: string; batchId?: string },
    after: After<NewestFirst>,
    limit: number,
  ): Promise<StoredReceipt[]> => pages.$queryRaw`
    SELECT id, actor AS by, at, detail AS receipt FROM audit
    WHERE campaign_id = ${of.campaignId}::uuid AND action IN ('batch.cancel', 'campaign.stop')
      AND ${of.batchId ? Prisma.sql`detail -> 'cancelled_batches' ? ${of.batchId}` : Prisma.sql`true`}
      AND ${after ? Prisma.sql`(at, id) < (${after.createdAt}, ${after.id}::uuid)` : Prisma.sql`true`}
    ORDER BY at DESC, id DESC LIMIT ${limit}`,
});

export type StopQueries = ReturnType<typeof stopQueries>;

type Piece = { flipped: number; last: bigint | null };
/**
 * One piece of a flip: the next pending rows behind a turn. `last` is the last turn, null if none is left or another process
 * flips the batch. The rows are named as a range of the index of unfinished rows: by equality and whatever the statistics
 * say, another index may seem as good, which reads what has ended, too.
 */
async function flipPiece(db: PrismaClient, batchId: string, after: bigint): Promise<Piece> {
  const behind = Prisma.sql`call_status IN ('pending', 'in_progress') AND (call_status, batch_id, turn) > ('pending', ${batchId}::uuid, ${after})`;
  const upTo = (turn: Prisma.Sql) =>
    Prisma.sql`(call_status, batch_id, turn) <= ('pending', ${batchId}::uuid, ${turn})`;
  const [row] = await db.$queryRaw<Piece[]>`
    /* flip */
    WITH page AS MATERIALIZED (
      SELECT max(turn) AS last FROM (
        SELECT turn FROM retell_calls
        WHERE ${behind} AND ${upTo(Prisma.sql`${ALL_TURNS}`)}
          AND (SELECT pg_try_advisory_xact_lock(hashtextextended(${`flip:${batchId}`}, 0)))
        ORDER BY call_status, batch_id, turn LIMIT ${PIECE}
      ) next
    ), flipped AS (
      UPDATE retell_calls SET call_status = 'failed', error_message = ${CANCELLED_BY_USER}
      WHERE ${behind} AND ${upTo(Prisma.sql`(SELECT last FROM page)`)}
      RETURNING 1
    )
    SELECT (SELECT count(*)::int FROM flipped) AS flipped, last FROM page`;
  return row!;
}

/** The figures of these batches, one statement. */
async function figuresIn(
  db: PrismaClient | PrismaTransaction,
  batchIds: readonly string[],
  since: string,
  times: Times,
): Promise<StopFigures> {
  const [row] = await db.$queryRaw<StopFigures[]>`
      /* figures */
      WITH b AS (
        SELECT coalesce(sum(total_candidates), 0)::int AS total_candidates,
          coalesce(sum(completed_calls), 0)::int AS completed_calls,
          coalesce(sum(failed_calls), 0)::int AS failed_calls,
          coalesce(sum(cancelled_calls), 0)::int AS cancelled_calls
        FROM retell_batch_calls WHERE id = ANY (${batchIds}::uuid[])
      ), live AS (
        SELECT (count(*) FILTER (WHERE call_status = 'in_progress'))::int AS in_progress_calls,
          (count(*) FILTER (WHERE call_status = 'pending'))::int AS pending_calls,
          (count(*) FILTER (WHERE ${openDial("c", times)}))::int AS open_dials,
          (count(*) FILTER (WHERE call_status = 'in_progress' AND dialed_at IS NULL AND NOT ${openDial("c", times)}))::int AS late_dials
        FROM retell_calls c WHERE batch_id = ANY (${batchIds}::uuid[]) AND call_status IN ('pending', 'in_progress')
      ), fresh AS (
        SELECT count(*)::int AS cancelled_now FROM retell_calls
        WHERE call_status = 'failed' AND error_message = 'Batch cancelled by user' AND cancelled_at >= ${since}::timestamptz
          AND batch_id = ANY (${batchIds}::uuid[])
      )
      SELECT b.*, live.*, fresh.*, clock_timestamp() AS stopped_at FROM b, live, fresh`;
  return row!;
}
