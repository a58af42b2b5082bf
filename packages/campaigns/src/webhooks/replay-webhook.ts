import type { ReplayView, ReplayWebhook } from "@ringfence/domain";
import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/**
 * Makes the deliveries of a webhook since a time pending again, in their order and with the same ids; with `status` only
 * those that were delivered, or only those that failed. Throws `not_found`. With `once` a repeated request throws
 * `AnsweredBefore`.
 */
export const replayWebhook =
  ({ db }: { db: Pick<Database, "webhooks"> }) =>
  (id: string, wish: ReplayWebhook, by: string, once: Once<ReplayView> | null = null): Promise<ReplayView> =>
    db.webhooks.replay(id, wish, by, once);
