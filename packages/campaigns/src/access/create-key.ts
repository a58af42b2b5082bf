import type { CreateKey, NewKeyView } from "@ringfence/domain";
import type { AccessDeps } from "./key-holder.ts";
import { digestOf, newSecret } from "./secrets.ts";

/** Characters of a key that are stored as they are, so that its owner recognises it. */
const PREFIX_CHARACTERS = 10;

/** Makes an API key. The key itself is in the answer alone: its prefix and its digest are stored. */
export const createKey =
  ({ db, log }: Pick<AccessDeps, "db" | "log">) =>
  async ({ name, role, expires_at }: CreateKey, by: string): Promise<NewKeyView> => {
    const key = `rf_${newSecret()}`;
    const prefix = key.slice(0, PREFIX_CHARACTERS);
    const stored = await db.keys.create(
      { name, role, prefix, digest: digestOf(key), expiresAt: expires_at ?? null },
      by,
    );
    log.info({ keyId: stored.id, role, by }, "key made");
    return { ...stored, key };
  };
