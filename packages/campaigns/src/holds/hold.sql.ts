import type { BatchStatus, Times } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { retryStop } from "../database/retry.ts";
import { FENCE } from "../dispatch/fence.sql.ts";
import { openDial } from "../dispatch/open-dial.sql.ts";
import { idsOfRows, type QueuedCall } from "../launches/launches.sql.ts";
import { isHeld } from "./is-held.sql.ts";
import { sharing } from "./sharing.ts";

/** Who holds a batch or campaign since when, and why; all null if nobody does. */
export interface Hold {
  held_at: Date | null;
  held_by: string | null;
  held_reason: string | null;
}

export type HeldBatch = Hold & { campaign_id: string; status: BatchStatus };

/** What a hold keeps; `at` is PostgreSQL's time, to the microsecond. */
export interface Kept {
  at: string;
  pending_calls: number;
  in_progress_calls: number;
  open_dials: number;
}

/**
 * The statements of holds of batches and campaigns, on the pool of the stops: like a stop, a hold must be answered. What
 * follows the answer uses that of the pages.
 */
export const holdingQueries = (db: PrismaClient, pages: PrismaClient, times: Times) => ({
  /**
   * Holds an open batch that is not held. From the commit on no claim is granted that asks `dial_bar` later. Returns the
   * batch, null if there is none; a hold that another sets at the same time may not be seen yet.
   */
  holdBatch: async (batchId: string, reason: string | null, by: string): Promise<HeldBatch | null> => {
    const [batch] = await retryStop(
      () => db.$queryRaw<HeldBatch[]>`
      /* hold batch */
      WITH held AS (
        UPDATE retell_batch_calls SET held_at = clock_timestamp(), held_by = ${by}, held_reason = ${reason}
        WHERE id = ${batchId}::uuid AND status = 'in_progress' AND held_at IS NULL
        RETURNING id, campaign_id, status, held_at, held_by, held_reason
      ), noted AS (
        INSERT INTO audit (actor, action, campaign_id, batch_id, detail)
        SELECT ${by}, 'batch.hold', campaign_id, id, jsonb_build_object('reason', held_reason) FROM held
      )
      SELECT campaign_id, status, held_at, held_by, held_reason FROM held
      UNION ALL SELECT campaign_id, status, held_at, held_by, held_reason FROM retell_batch_calls
        WHERE id = ${batchId}::uuid AND NOT EXISTS (SELECT FROM held)`,
    );
    return batch ?? null;
  },

  /** The same for a campaign: its open batches, and what is launched while it is held. */
  holdCampaign: async (campaignId: string, reason: string | null, by: string): Promise<Hold | null> => {
    const [campaign] = await retryStop(
      () => db.$queryRaw<Hold[]>`
      /* hold campaign */
      WITH held AS (
        UPDATE campaigns SET held_at = clock_timestamp(), held_by = ${by}, held_reason = ${reason}
        WHERE id = ${campaignId}::uuid AND held_at IS NULL RETURNING id, held_at, held_by, held_reason
      ), noted AS (
        INSERT INTO audit (actor, action, campaign_id, detail)
        SELECT ${by}, 'campaign.hold', id, jsonb_build_object('reason', held_reason) FROM held
      )
      SELECT held_at, held_by, held_reason FROM held
      UNION ALL SELECT held_at, held_by, held_reason FROM campaigns
        WHERE id = ${campaignId}::uuid AND NOT EXISTS (SELECT FROM held)`,
    );
    return campaign ?? null;
  },

  /** The fence (dispatch/fence.sql.ts). Holds that come at one time share one. */
  fence: sharing(async () => {
    await retryStop(() => db.$executeRawUnsafe(FENCE));
  }),

  /** The open batches of a campaign. */
  openBatches: async (campaignId: string): Promise<string[]> => {
    const rows = await retryStop(
      () => db.$queryRaw<{ id: string }[]>`
      /* open batches */
      SELECT id FROM retell_batch_calls
      WHERE campaign_id = ${campaignId}::uuid AND completed_at IS NULL AND status = 'in_progress' ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  },

  /**
   * How many calls of these batches are pending, in progress, and open dials, of these only those claimed until a time if there
   * is one: after a resume, others may be claimed.
   */
  kept: async (batchIds: readonly string[], until: string | null = null): Promise<Kept> => {
    const [row] = await retryStop(
      () => db.$queryRaw<Kept[]>`
      /* kept by a hold */
      SELECT coalesce(sum(b.total_candidates - b.completed_calls - b.failed_calls - live.calls), 0)::int AS pending_calls,
        coalesce(sum(live.calls), 0)::int AS in_progress_calls, coalesce(sum(live.dials), 0)::int AS open_dials,
        clock_timestamp()::text AS at
      FROM retell_batch_calls b, LATERAL (
        SELECT count(*) AS calls, count(*) FILTER (WHERE ${openDial("c", times)}
          AND coalesce(c.claimed_at <= ${until}::timestamptz, true)) AS dials
        FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress'
      ) live WHERE b.id = ANY (${[...batchIds]}::uuid[])`,
    );
    return row!;
  },

  /** Ends the hold of a batch; its jobs are to be enqueued from the start. Returns whether it was held. */
  resumeBatch: async (batchId: string, by: string): Promise<boolean> =>
    (await retryStop(
      () => db.$executeRaw`
      /* resume batch */
      WITH resumed AS (
        UPDATE retell_batch_calls SET held_at = NULL, held_by = NULL, held_reason = NULL,
          enqueued_through = 0, enqueued_at = clock_timestamp()
        WHERE id = ${batchId}::uuid AND held_at IS NOT NULL RETURNING id, campaign_id
      )
      INSERT INTO audit (actor, action, campaign_id, batch_id, detail)
      SELECT ${by}, 'batch.resume', campaign_id, id, '{}' FROM resumed`,
    )) > 0,

  /** Ends the hold of a campaign. Returns its open batches, whose jobs are to be enqueued from the start; none if it was not held. */
  resumeCampaign: async (campaignId: string, by: string): Promise<string[]> => {
    const [row] = await retryStop(
      () => db.$queryRaw<{ batchIds: string[] }[]>`
      /* resume campaign */
      WITH open AS MATERIALIZED (
        SELECT b.id FROM retell_batch_calls b
        WHERE b.campaign_id = ${campaignId}::uuid AND b.completed_at IS NULL AND b.status = 'in_progress'
          AND EXISTS (SELECT FROM campaigns g WHERE g.id = b.campaign_id AND g.held_at IS NOT NULL)
        ORDER BY b.id FOR NO KEY UPDATE
      ), again AS (
        UPDATE retell_batch_calls b SET enqueued_through = 0, enqueued_at = clock_timestamp()
        FROM open WHERE b.id = open.id RETURNING b.id
      ), resumed AS (
        UPDATE campaigns SET held_at = NULL, held_by = NULL, held_reason = NULL
        WHERE id = ${campaignId}::uuid AND held_at IS NOT NULL AND (SELECT count(*) FROM again) >= 0 RETURNING id
      ), noted AS (
        INSERT INTO audit (actor, action, campaign_id, detail) SELECT ${by}, 'campaign.resume', id, '{}' FROM resumed
      )
      SELECT ARRAY(SELECT id FROM again ORDER BY id) AS "batchIds" FROM resumed`,
    );
    return row?.batchIds ?? [];
  },

  /** Whether a batch is held, by itself or with its campaign. */
  isHeld: async (batchId: string): Promise<boolean> => {
    const rows = await pages.$queryRaw<object[]>`
      /* is held */ SELECT FROM retell_batch_calls b WHERE b.id = ${batchId}::uuid AND ${isHeld("b")}`;
    return rows.length > 0;
  },

  /** The rows of these jobs that are pending and not held: they need a job. In order of turn. `IS TRUE`: as in the claim. */
  resumed: (jobIds: readonly string[]): Promise<QueuedCall[]> => pages.$queryRaw`
    /* resumed */
    SELECT c.id, c.batch_id AS "batchId", c.turn FROM retell_calls c JOIN retell_batch_calls b ON b.id = c.batch_id
    WHERE c.id = ANY (${idsOfRows(jobIds)}::uuid[]) AND (c.call_status = 'pending') IS TRUE
      AND b.status = 'in_progress' AND NOT ${isHeld("b")}
    ORDER BY c.turn, c.id`,
});

export type HoldingQueries = ReturnType<typeof holdingQueries>;
