import type { Principal } from "@ringfence/domain";
import { type AccessDeps, ADMIN, keyHolder } from "./key-holder.ts";
import { digestOf } from "./secrets.ts";

/** How long a browser stays signed in, in ms, unless its key expires earlier. */
const SESSION_MS = 24 * 3_600_000;

/** A session that has just been opened. */
export interface SignedIn {
  principal: Principal;
  sessionId: string;
  expiresAt: Date;
}

/** Opens a session for the holder of a key; null if the key is unknown or has expired. */
export function signIn(deps: AccessDeps) {
  const holderOf = keyHolder(deps);
  return async (key: string): Promise<SignedIn | null> => {
    const holder = await holderOf(key);
    if (!holder) return null;
    const { expiresAt, noted: _, ...principal } = holder;
    return await openSession(deps, principal, expiresAt);
  };
}

/** Opens a session as the environment's admin for the first caller with this link's token; null for all others. */
export const redeemSignInLink =
  (deps: AccessDeps) =>
  async (token: string): Promise<SignedIn | null> =>
    (await deps.db.keys.takeLink(digestOf(token))) ? await openSession(deps, ADMIN, null) : null;

async function openSession({ db }: AccessDeps, principal: Principal, keyExpiresAt: Date | null): Promise<SignedIn> {
  const expiresAt = new Date(Math.min(Date.now() + SESSION_MS, keyExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY));
  return { principal, expiresAt, sessionId: await db.keys.openSession(principal.keyId, expiresAt) };
}
