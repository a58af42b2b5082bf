import { timingSafeEqual } from "node:crypto";
import type { Principal } from "@ringfence/domain";
import type { Database } from "../database/database.ts";
import type { Log } from "../deps.ts";
import type { Holder } from "./keys.sql.ts";
import { digestOf } from "./secrets.ts";

/** The dependencies of identifying a caller. `adminKey`, the admin key of the environment, is only compared and never stored, so it works without the database. */
export interface AccessDeps {
  db: Pick<Database, "keys">;
  adminKey: string;
  log: Log;
}

/** The holder of the environment's admin key. */
export const ADMIN: Principal = { name: "admin", role: "admin", keyId: null };

/** The holder of a stored key or of the environment's admin key. */
export type KeyHolder = Omit<Holder, "keyId"> & Principal;

/** Finds the holder of a key; null if the key is unknown or has expired. */
export function keyHolder({ db, adminKey }: Pick<AccessDeps, "db" | "adminKey">) {
  const adminDigest = digestOf(adminKey);
  return async (key: string): Promise<KeyHolder | null> => {
    const digest = digestOf(key);
    return timingSafeEqual(digest, adminDigest)
      ? { ...ADMIN, expiresAt: null, noted: true }
      : await db.keys.holder(digest);
  };
}
