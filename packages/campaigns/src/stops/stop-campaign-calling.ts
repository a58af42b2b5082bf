import { notFound, type Receipt } from "@ringfence/domain";
import { conclude, drain, type StopDeps, type StopOptions } from "./stop-batches.ts";

/**
 * Stop All: cancels what is not yet dialled in every batch of a campaign and sets it to paused. The brakes come first;
 * a launch that commits between them and the pause is braked by the second round, and none can commit after it. May be
 * repeated. Throws `not_found`.
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
