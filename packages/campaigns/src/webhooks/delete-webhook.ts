import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/**
 * Deletes a webhook: nothing is sent to it any more, what is pending included. Throws `not_found`. With `once` a repeated
 * request throws `AnsweredBefore`.
 */
export const deleteWebhook =
  ({ db }: { db: Pick<Database, "webhooks"> }) =>
  (id: string, by: string, once: Once<null> | null = null): Promise<null> =>
    db.webhooks.remove(id, by, once);
