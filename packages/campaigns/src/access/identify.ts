import type { Principal } from "@ringfence/domain";
import { type AccessDeps, ADMIN, keyHolder } from "./key-holder.ts";

/** The caller of a request, and the key or session that identified them. */
export interface Identity {
  principal: Principal;
  /** The id of the key or session, the same on each of its requests. */
  identityId: string;
  /** When the session ends; null for a key that came with the request. */
  expiresAt: Date | null;
  /** Whether the key or session is still valid, for work that outlasts the request. */
  stillValid: () => Promise<boolean>;
}

/** Identifies the holder of a key; null if the key is unknown or has expired. */
export function identifyKey(deps: AccessDeps) {
  const holderOf = keyHolder(deps);
  return async (key: string): Promise<Identity | null> => {
    const holder = await holderOf(key);
    if (!holder) return null;
    const { expiresAt: _, noted, ...principal } = holder;
    noteUse(deps, principal.keyId, noted);
    const stillValid = async () => (await holderOf(key)) !== null;
    return { principal, identityId: principal.keyId ?? "admin", expiresAt: null, stillValid };
  };
}

/** Identifies the person who opened a session; null if the session was closed, or the session or its key has expired. */
export const identifySession =
  (deps: AccessDeps) =>
  async (sessionId: string): Promise<Identity | null> => {
    const { keys } = deps.db;
    const session = await keys.session(sessionId);
    if (!session) return null;
    const { noted, ...principal } = session.holder ?? { ...ADMIN, noted: true };
    noteUse(deps, principal.keyId, noted);
    const stillValid = async () => (await keys.session(sessionId)) !== null;
    return { principal, identityId: sessionId, expiresAt: session.expiresAt, stillValid };
  };

/** Records the use of a key, to the minute. The request does not wait for the write. */
function noteUse({ db, log }: AccessDeps, keyId: string | null, noted: boolean): void {
  if (keyId === null || noted) return;
  db.keys.noteUse(keyId).catch((error: unknown) => log.warn({ err: error, keyId }, "a key's use was not recorded"));
}
