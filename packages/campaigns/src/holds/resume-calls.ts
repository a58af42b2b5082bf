import { type BatchView, type CampaignView, notFound } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import { enqueueBatch } from "../launches/launch-calls.ts";
import type { HoldDeps } from "./hold-calls.ts";

/**
 * Ends the hold of a batch; dialling goes on behind the answer, in the old order, unless its campaign is held. A batch that
 * is not held stays as it is. Throws `not_found`.
 */
export const resumeBatch =
  (deps: HoldDeps) =>
  async (batchId: string, by = BY_ITSELF): Promise<BatchView> => {
    const { db, log } = deps;
    const resumed = await db.holding.resumeBatch(batchId, by);
    const batch = await db.lists.batch(batchId);
    if (!batch) throw notFound("batch");
    if (resumed) {
      log.info({ batchId }, "resumed");
      enqueue(deps, [batchId]);
    }
    return batch;
  };

/** The same for a campaign; batches that are held themselves stay held. Throws `not_found`. */
export const resumeCampaign =
  (deps: HoldDeps) =>
  async (campaignId: string, by = BY_ITSELF): Promise<CampaignView> => {
    const { db, log } = deps;
    const resumed = await db.holding.resumeCampaign(campaignId, by);
    const campaign = await db.campaigns.find(campaignId);
    if (!campaign) throw notFound("campaign");
    if (resumed) {
      log.info({ campaignId }, "resumed");
      enqueue(deps, await db.holding.openBatches(campaignId));
    }
    return campaign;
  };

/** Enqueues the jobs of these batches beside each other, so that each goes on at once. */
function enqueue({ db, queue, background }: HoldDeps, batchIds: readonly string[]): void {
  for (const batchId of batchIds)
    background.run("enqueue", (signal) => enqueueBatch({ db, queue })(batchId, 0n, signal));
}
