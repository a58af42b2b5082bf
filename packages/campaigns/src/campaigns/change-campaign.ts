import { notFound, Problem, type SavedCampaignView, type UpdateCampaign } from "@ringfence/domain";
import type { Directory } from "@ringfence/retell";
import { BY_ITSELF } from "../database/audit.ts";
import type { Database } from "../database/database.ts";
import { lookUpCampaign, readCallerNumber } from "./campaign-at-retell.ts";

/**
 * Changes the fields that the request names; number and agent apply from the next call. Only named fields are looked up
 * at Retell, so that a campaign whose number has left the account can still be renamed. Throws `invalid_request`,
 * `not_found`, `unknown_number` and `unknown_agent`, and `campaign_busy` when a campaign with unfinished calls is to be
 * archived, with nothing done.
 */
export const changeCampaign =
  ({ db, directory }: { db: Database; directory: Directory }) =>
  async (id: string, change: UpdateCampaign, by = BY_ITSELF): Promise<SavedCampaignView> => {
    const { from_number } = change;
    const fields = from_number === undefined ? change : { ...change, from_number: readCallerNumber(from_number) };
    if (!(await db.campaigns.exists(id))) throw notFound("campaign");
    const verdict = (await lookUpCampaign(directory, fields))();
    const outcome = await db.campaigns.update(id, fields, by);
    if (outcome === "launching")
      throw new Problem("campaign_busy", "A launch of this campaign is under way; archive it when its calls are over");
    if (outcome === "busy") throw new Problem("campaign_busy", "Wait until its calls are over, or stop the campaign");
    const changed = outcome === "done" && (await db.campaigns.find(id));
    if (!changed) throw notFound("campaign");
    return { ...changed, ...verdict };
  };
