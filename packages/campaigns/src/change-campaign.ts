import { BY_ITSELF, type Database } from "@ringfence/db";
import { notFound, type SavedCampaignView, type UpdateCampaign } from "@ringfence/domain";
import type { Directory } from "@ringfence/retell";
import { lookUpCampaign, readCallerNumber } from "./campaign-at-retell.ts";

/**
 * Changes what the request names of a campaign; number and agent apply from the next call. Only what is named is looked
 * up at Retell, so that a campaign whose number has left the account can still be renamed. Throws `invalid_request`,
 * `not_found`, `unknown_number` and `unknown_agent`, with nothing done.
 */
export const changeCampaign =
  ({ db, directory }: { db: Database; directory: Directory }) =>
  async (id: string, change: UpdateCampaign, by = BY_ITSELF): Promise<SavedCampaignView> => {
    const { from_number } = change;
    const fields = from_number === undefined ? change : { ...change, from_number: readCallerNumber(from_number) };
    if (!(await db.campaigns.exists(id))) throw notFound("campaign");
    const verdict = (await lookUpCampaign(directory, fields))();
    const changed = (await db.campaigns.update(id, fields, by)) && (await db.campaigns.find(id));
    if (!changed) throw notFound("campaign");
    return { ...changed, ...verdict };
  };
