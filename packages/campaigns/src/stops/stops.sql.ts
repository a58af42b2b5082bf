import { type BatchStatus, CANCELLED_BY_USER, type CallCounts, type StopMode, type Times } from "@ringfence/domain";
import type { PrismaClient, PrismaTransaction } from "../database/client.ts";
import { retryStop } from "../database/retry.ts";
import { openDial } from "../dispatch/open-dial.sql.ts";

/** Longest flip, in ms; a million rows take some 20 s. */
const FLIP_TIMEOUT_MS = 600_000;
/** Longest wait for a connection of the stops' pool, in ms. */
const FLIP_MAX_WAIT_MS = 10_000;

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

/** The statements of a stop, on pools of their own, so that no other work makes them wait for a connection. */
export const stopQueries = (db: PrismaClient, flips: PrismaClient, times: Times) => ({
  /** PostgreSQL's current time to the microsecond, as text; calls cancelled from then on count for this request. */
  now: async (): Promise<string> => {
    const [row] = await db.$queryRaw<{ now: string }[]>`SELECT clock_timestamp()::text AS now`;
    return row!.now;
  },

  /** Brakes one batch. No claim or release begun after the commit can succeed. Returns the batch as it is now, null if there is no such batch. */
  brake: (batchId: string): Promise<{ campaignId: string; status: BatchStatus } | null> =>
    retryStop(async () => {
      await db.$executeRaw`/* brake */ UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = ${batchId}::uuid AND status = 'in_progress'`;
      return await db.batch.findUnique({ where: { id: batchId }, select: { campaignId: true, status: true } });
    }),

  /** Brakes all open batches of a campaign. Returns the batches concerned: the braked batches and all with an unfinished call. */
  brakeCampaign: (campaignId: string): Promise<string[]> =>
    retryStop(async () => {
      const rows = await db.$queryRaw<{ id: string }[]>`
        /* brake campaign */
        WITH unfinished AS (
          SELECT id FROM retell_batch_calls
          WHERE campaign_id = ${campaignId}::uuid AND (status = 'in_progress' OR completed_at IS NULL)
          ORDER BY id FOR NO KEY UPDATE
        ), braked AS (
          UPDATE retell_batch_calls b SET status = 'cancelled' FROM unfinished u WHERE b.id = u.id AND b.status = 'in_progress'
        )
        SELECT id FROM unfinished ORDER BY id`;
      return rows.map((row) => row.id);
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

  /** The flip: one UPDATE fails every pending row of the batch as cancelled. Two flips of one batch run one after the other. Returns the number of changed rows. */
  flip: (batchId: string): Promise<number> =>
    retryStop(() =>
      flips.$transaction(
        async (tx) => {
          await tx.$executeRaw`/* flip */ SELECT pg_advisory_xact_lock(hashtextextended(${`flip:${batchId}`}, 0))`;
          const { count } = await tx.call.updateMany({
            where: { batchId, callStatus: "pending" },
            data: { callStatus: "failed", errorMessage: CANCELLED_BY_USER },
          });
          return count;
        },
        { maxWait: FLIP_MAX_WAIT_MS, timeout: FLIP_TIMEOUT_MS },
      ),
    ),

  /** The current figures of these batches; `since` is a result of `now`. */
  figures: (batchIds: readonly string[], since: string): Promise<StopFigures> => figuresIn(db, batchIds, since, times),

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
        { maxWait: FLIP_MAX_WAIT_MS, timeout: FLIP_TIMEOUT_MS },
      ),
    ),

  /** A page of a batch's rows that were cancelled since a time, in order of turn. */
  cancelledSince: async (
    batchId: string,
    since: string,
    after: bigint,
    limit: number,
  ): Promise<{ id: string; turn: bigint }[]> =>
    db.$queryRaw`
      SELECT id, turn FROM retell_calls
      WHERE batch_id = ${batchId}::uuid AND turn > ${after} AND cancelled_at >= ${since}::timestamptz
      ORDER BY turn LIMIT ${limit}`,

  /** Live calls of these batches that can be hung up at Retell. */
  liveCalls: async (batchIds: readonly string[]): Promise<{ callId: string; retellCallId: string }[]> =>
    db.$queryRaw`
      SELECT id AS "callId", retell_call_id AS "retellCallId" FROM retell_calls
      WHERE batch_id = ANY (${batchIds}::uuid[]) AND call_status = 'in_progress' AND retell_call_id IS NOT NULL`,

  /** Records the stop, its author and its receipt. */
  audit: async (entry: {
    actor: string;
    action: string;
    campaignId: string;
    batchId: string | null;
    mode: StopMode;
    detail: object;
  }): Promise<void> => {
    const { actor, action, campaignId, batchId, detail } = entry;
    await db.audit.create({ data: { actor, action, campaignId, batchId, detail } });
  },
});

export type StopQueries = ReturnType<typeof stopQueries>;

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
          AND campaign_id IN (SELECT campaign_id FROM retell_batch_calls WHERE id = ANY (${batchIds}::uuid[]))
          AND batch_id = ANY (${batchIds}::uuid[])
      )
      SELECT b.*, live.*, fresh.*, clock_timestamp() AS stopped_at
      FROM b, live, fresh`;
  return row!;
}
