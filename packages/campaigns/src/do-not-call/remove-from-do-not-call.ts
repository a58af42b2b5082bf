import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/**
 * Takes a number off the do-not-call list: from then on it is dialled again, and calls that failed for the list can be
 * launched anew. Throws `not_found`. With `once` a repeated request throws `AnsweredBefore`.
 */
export const removeFromDoNotCall =
  ({ db }: { db: Pick<Database, "doNotCall"> }) =>
  (id: string, by: string, once: Once<null> | null = null): Promise<null> =>
    db.doNotCall.remove(id, by, once);
