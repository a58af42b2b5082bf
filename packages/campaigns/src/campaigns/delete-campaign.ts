import { notFound, Problem } from "@ringfence/domain";
import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/**
 * Deletes a campaign with its candidates. Throws `not_found`, and `campaign_has_calls` if a call was ever launched in it
 * or a launch is under way: the record of who was called must stay. With `once` a repeated request throws `AnsweredBefore`.
 */
export const deleteCampaign =
  ({ db }: { db: Database }) =>
  async (id: string, by: string, once: Once<null> | null = null): Promise<null> => {
    switch (await db.campaigns.remove(id, by, once)) {
      case "gone":
        throw notFound("campaign");
      case "launching":
        throw new Problem(
          "campaign_has_calls",
          "A launch of this campaign is under way; try again when it has answered",
        );
      case "busy":
      case "has_calls":
        throw new Problem("campaign_has_calls", "A campaign with calls stays on record; archive it instead");
      case "done":
        return null;
    }
  };
