import { setTimeout as sleep } from "node:timers/promises";
import { type HoldReceipt, notFound, Problem } from "@ringfence/domain";
import type { Background } from "../background.ts";
import { BY_ITSELF } from "../database/audit.ts";
import type { Deps } from "../deps.ts";
import { enqueueResumed } from "./enqueue-resumed.ts";
import type { Hold } from "./hold.sql.ts";

/** Wait between two looks, in ms. */
const LOOK_AGAIN_MS = 25;
/** How many jobs leave the queue at a time. */
const CHUNK = 5_000;

export type HoldDeps = Pick<Deps, "db" | "queue" | "log"> & { background: Background };

/**
 * Holds a batch: its pending calls wait until it is resumed, and lose nothing. When it returns, no dial of the batch is open
 * and none will be; calls in progress go on. May be repeated, and then completes a hold whose process died, with the first
 * hold's author and reason. Throws `not_found`, `batch_cancelled` and `batch_completed`.
 */
export const holdBatch =
  (deps: HoldDeps) =>
  async (batchId: string, reason: string | null, by = BY_ITSELF): Promise<HoldReceipt> => {
    for (;;) {
      const batch = await deps.db.holding.holdBatch(batchId, reason, by);
      if (!batch) throw notFound("batch");
      if (batch.status === "cancelled")
        throw new Problem("batch_cancelled", "It was stopped; launch its campaign again to call the others");
      if (batch.status === "completed")
        throw new Problem("batch_completed", "All its calls have ended; there is nothing left to hold");
      if (isSet(batch))
        return await keep(deps, { campaign_id: batch.campaign_id, batch_id: batchId }, [batchId], batch);
    }
  };

/** The same for a campaign: its open batches, and whatever is launched while it is held. Throws `not_found`. */
export const holdCampaign =
  (deps: HoldDeps) =>
  async (campaignId: string, reason: string | null, by = BY_ITSELF): Promise<HoldReceipt> => {
    const { holding } = deps.db;
    for (;;) {
      const campaign = await holding.holdCampaign(campaignId, reason, by);
      if (!campaign) throw notFound("campaign");
      if (!isSet(campaign)) continue;
      const batchIds = await holding.openBatches(campaignId);
      return await keep(deps, { campaign_id: campaignId, batch_id: null }, batchIds, campaign);
    }
  };

type SetHold = Pick<HoldReceipt, "held_at" | "held_by" | "held_reason">;
/** Whether it is held. If not, another hold or resume came in the same moment, and this one is to be tried again. */
const isSet = (hold: Hold): hold is Hold & SetHold => hold.held_at !== null;

/** What follows the commit of a hold: the fence, the end of the open dials, and behind the answer the jobs. */
async function keep(
  { db, queue, log, background }: HoldDeps,
  of: Pick<HoldReceipt, "campaign_id" | "batch_id">,
  batchIds: string[],
  { held_at, held_by, held_reason }: SetHold,
): Promise<HoldReceipt> {
  await db.holding.fence();
  let kept = await db.holding.kept(batchIds);
  const { at } = kept;
  for (; kept.open_dials > 0; kept = await db.holding.kept(batchIds, at)) await sleep(LOOK_AGAIN_MS);
  log.info({ ...of, batches: batchIds.length }, "held");
  background.run("remove held jobs", (signal) => removeJobs({ db, queue }, batchIds, signal));
  return {
    ...of,
    held_batches: batchIds,
    held_at,
    held_by,
    held_reason,
    pending_calls: kept.pending_calls,
    in_progress_calls: kept.in_progress_calls,
  };
}

/** Takes the jobs of the pending calls off the queue, page by page, while their batch is held. */
async function removeJobs(
  { db, queue }: Pick<Deps, "db" | "queue">,
  batchIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await queue.announceLines().catch(() => undefined); // runs of these batches that wait for a claim end
  for (const batchId of batchIds) {
    for (let turn = 0n; !signal.aborted && (await db.holding.isHeld(batchId)); ) {
      const page = await db.launches.pendingAfter(batchId, turn, CHUNK);
      const last = page.at(-1);
      if (!last) break;
      const ids = page.map(({ id }) => id);
      await queue.remove(ids);
      await enqueueResumed({ db, queue })(ids);
      turn = last.turn;
    }
  }
}
