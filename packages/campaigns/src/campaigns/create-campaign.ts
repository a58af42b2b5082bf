import type { CreateCampaign, SavedCampaignView } from "@ringfence/domain";
import type { Directory } from "@ringfence/retell";
import { BY_ITSELF } from "../database/audit.ts";
import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";
import { lookUpCampaign, readCallerNumber } from "./campaign-at-retell.ts";

/**
 * Creates an active campaign whose number and agent Retell knows; if Retell did not say, the answer is `unverified`.
 * Throws `invalid_request`, `unknown_number` and `unknown_agent`, with nothing done. With `once` a repeated request throws
 * `AnsweredBefore`, whatever Retell says by then.
 */
export const createCampaign =
  ({ db, directory }: { db: Database; directory: Directory }) =>
  async (
    wish: CreateCampaign,
    by = BY_ITSELF,
    once: Once<SavedCampaignView> | null = null,
  ): Promise<SavedCampaignView> => {
    const fields = { ...wish, from_number: readCallerNumber(wish.from_number) };
    return await db.campaigns.create(fields, by, once, await lookUpCampaign(directory, fields));
  };
