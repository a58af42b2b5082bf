import { timingSafeEqual } from "node:crypto";
import type { Principal } from "@ringfence/domain";
import type { Database } from "../database/database.ts";
import type { Log } from "../deps.ts";
import type { Holder } from "./keys.sql.ts";
import { digestOf } from "./secrets.ts";

/** What identifying a caller needs. `adminKey` is the admin key of the environment: it is compared, never stored, and needs no database. */
export interface AccessDeps {
  db: Pick<Database, "keys">;
  adminKey: string;
  log: Log;
}

/** Whoever has the admin key of the environment. */
export const ADMIN: Principal = { name: "admin", role: "admin", keyId: null };

/** The holder of a key, stored or the environment's. */
export type KeyHolder = Omit<Holder, "keyId"> & Principal;

/** Finds the holder of a key; null if the key is nobody's or has expired. */
export function keyHolder({ db, adminKey }: Pick<AccessDeps, "db" | "adminKey">) {
  const adminDigest = digestOf(adminKey);
  return async (key: string): Promise<KeyHolder | null> => {
    const digest = digestOf(key);
    return timingSafeEqual(digest, adminDigest)
      ? { ...ADMIN, expiresAt: null, noted: true }
      : await db.keys.holder(digest);
  };
}
