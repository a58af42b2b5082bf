import type { DeliveryView } from "@ringfence/domain";
import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/**
 * Makes one delivery pending again; a delivery that is pending becomes due immediately. Throws `not_found`. With `once` a
 * repeated request throws `AnsweredBefore`.
 */
export const replayDelivery =
  ({ db }: { db: Pick<Database, "webhooks"> }) =>
  (id: string, by: string, once: Once<DeliveryView> | null = null): Promise<DeliveryView> =>
    db.webhooks.replayOne(id, by, once);
