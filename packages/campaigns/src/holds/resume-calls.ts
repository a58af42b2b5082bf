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
    if (await db.holding.resumeBatch(batchId, by)) {
      enqueue(deps, [batchId]);
      log.info({ batchId }, "resumed");
    }
    const batch = await db.lists.batch(batchId);
    if (!batch) throw notFound("batch");
    return batch;
  };

/** The same for a campaign; batches that are held themselves stay held. Throws `not_found`. */
export const resumeCampaign =
  (deps: HoldDeps) =>
  async (campaignId: string, by = BY_ITSELF): Promise<CampaignView> => {
    const { db, log } = deps;
    const batchIds = await db.holding.resumeCampaign(campaignId, by);
    enqueue(deps, batchIds);
    if (batchIds.length > 0) log.info({ campaignId, batches: batchIds.length }, "resumed");
    const campaign = await db.campaigns.find(campaignId);
    if (!campaign) throw notFound("campaign");
    return campaign;
  };

/** Enqueues the jobs of these batches beside each other, so that each goes on at once. */
function enqueue({ db, queue, background }: HoldDeps, batchIds: readonly string[]): void {
  for (const batchId of batchIds)
    background.run("enqueue", (signal) => enqueueBatch({ db, queue })(batchId, 0n, signal, "again"));
}
