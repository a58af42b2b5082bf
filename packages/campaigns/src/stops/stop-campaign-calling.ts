import { notFound, type Receipt } from "@ringfence/domain";
import { answering, braking, conclude, drain, type StopDeps, type StopOptions } from "./stop-batches.ts";

/**
 * Stop All: cancels all calls that are not yet dialled in every batch of a campaign, and pauses the campaign. The brakes
 * come first. The second round brakes a launch that commits between them and the pause; no launch can commit after the
 * pause. May be repeated. Throws `not_found` and `unavailable`.
 */
export const stopCampaignCalling =
  (deps: StopDeps) =>
  (campaignId: string, options: StopOptions): Promise<Receipt> =>
    answering(deps.db, async (progress) => {
      const { stops } = deps.db;
      const { since, batchIds } = await braking(progress, async () => {
        const first = await stops.brakeCampaign(campaignId);
        progress.braked = null; // a launch under way may still begin
        if (!(await stops.pauseCampaign(campaignId))) throw notFound("campaign");
        const second = await stops.brakeCampaign(campaignId);
        const both = new Set([...first.batchIds, ...second.batchIds]);
        return { since: first.since, batchIds: [...both].sort((a, b) => (a < b ? -1 : 1)) };
      });
      const figures = await drain(deps.db, batchIds, since);
      return await conclude(deps, { campaignId, batchId: null, batchIds, since, figures }, options);
    });
