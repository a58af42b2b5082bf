import type { CreateKey, NewKeyView } from "@ringfence/domain";
import type { AccessDeps } from "./key-holder.ts";
import { digestOf, newSecret } from "./secrets.ts";

/** How many leading characters of a key are stored in clear, so that its owner recognises it. */
const PREFIX_CHARACTERS = 10;

/** Creates an API key. Only the answer holds the key itself; its prefix and digest are stored. */
export const createKey =
  ({ db, log }: Pick<AccessDeps, "db" | "log">) =>
  async ({ name, role, expires_at }: CreateKey, by: string): Promise<NewKeyView> => {
    const key = `rf_${newSecret()}`;
    const prefix = key.slice(0, PREFIX_CHARACTERS);
    const stored = await db.keys.create(
      { name, role, prefix, digest: digestOf(key), expiresAt: expires_at ?? null },
      by,
    );
    log.info({ keyId: stored.id, role, by }, "key created");
    return { ...stored, key };
  };
