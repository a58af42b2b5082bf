import { notFound, type Receipt } from "@ringfence/domain";
import { conclude, drain, type StopDeps, type StopOptions } from "./stop-batches.ts";

/**
 * Stop All: cancels all calls that are not yet dialled in every batch of a campaign, and pauses the campaign. The brakes
 * come first. The second round brakes a launch that commits between them and the pause; no launch can commit after the
 * pause. May be repeated. Throws `not_found`.
 */
export const stopCampaignCalling =
  (deps: StopDeps) =>
  async (campaignId: string, options: StopOptions): Promise<Receipt> => {
    const { stops } = deps.db;
    const since = await stops.now();
    const first = await stops.brakeCampaign(campaignId);
    if (!(await stops.pauseCampaign(campaignId))) throw notFound("campaign");
    const second = await stops.brakeCampaign(campaignId);
    const batchIds = [...new Set([...first, ...second])].sort((a, b) => (a < b ? -1 : 1));
    const figures = await drain(deps.db, batchIds, since);
    return await conclude(deps, { campaignId, batchId: null, batchIds, since, figures }, options);
  };
