import { notFound } from "@ringfence/domain";
import type { AccessDeps } from "./key-holder.ts";

/** Deletes an API key and every session that was opened with it. Throws `not_found`. */
export const deleteKey =
  ({ db, log }: Pick<AccessDeps, "db" | "log">) =>
  async (id: string, by: string): Promise<null> => {
    if (!(await db.keys.remove(id, by))) throw notFound("key");
    log.info({ keyId: id, by }, "key deleted");
    return null;
  };
