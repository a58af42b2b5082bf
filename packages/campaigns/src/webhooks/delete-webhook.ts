import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/**
 * Deletes a webhook. Nothing more is sent to it, pending deliveries included. Throws `not_found`. With `once` a repeated
 * request throws `AnsweredBefore`.
 */
export const deleteWebhook =
  ({ db }: { db: Pick<Database, "webhooks"> }) =>
  (id: string, by: string, once: Once<null> | null = null): Promise<null> =>
    db.webhooks.remove(id, by, once);
