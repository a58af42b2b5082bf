import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/**
 * Removes a number from the do-not-call list. It is then dialled again, and candidates whose call failed because of the
 * list can be launched again. Throws `not_found`. With `once` a repeated request throws `AnsweredBefore`.
 */
export const removeFromDoNotCall =
  ({ db }: { db: Pick<Database, "doNotCall"> }) =>
  (id: string, by: string, once: Once<null> | null = null): Promise<null> =>
    db.doNotCall.remove(id, by, once);
