import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Database, Log } from "@ringfence/campaigns";
import type { Principal } from "@ringfence/domain";
import { sessionSigner } from "./session-cookie.ts";

/** How long a browser stays signed in, in ms, unless its key ends before. */
const SESSION_MS = 24 * 3_600_000;
/** How long a sign-in link holds, in ms. */
const LINK_MS = 3_600_000;
/** Random bytes of a key or a link's token: nobody can guess them, so a plain digest is enough to store. */
const SECRET_BYTES = 32;
const PREFIX_CHARACTERS = 10;

/** Who asks, and by what. */
export interface Identity {
  principal: Principal;
  /** Of the key or session, the same for all that it sends. */
  identityId: string;
  /** When the session ends; null for a key that came with the request. */
  expiresAt: Date | null;
  /** Whether the key or session still holds: for what goes on long after it was first asked. */
  stillValid: () => Promise<boolean>;
}

/** A browser that has just signed in. */
export interface SignedIn {
  principal: Principal;
  cookie: string;
  expiresAt: Date;
}

const sha256 = (text: string) => new Uint8Array(createHash("sha256").update(text).digest());
const secret = () => randomBytes(SECRET_BYTES).toString("base64url");

/**
 * Keys, sessions and sign-in links. The admin key of the environment is compared, never stored, and needs no database;
 * a session's cookie is signed with a key derived from it, so that all processes of the API agree, and a new admin key
 * ends every session. Throws what the database throws.
 */
export function createAccess({ db, adminKey, log }: { db: Pick<Database, "keys">; adminKey: string; log: Log }) {
  const adminDigest = sha256(adminKey);
  const admin: Principal = { name: "admin", role: "admin", keyId: null };
  const signer = sessionSigner(adminKey);

  /** Behind the request, which does not wait for it. */
  const noteUse = ({ keyId, noted }: { keyId: string | null; noted: boolean }) => {
    if (keyId === null || noted) return;
    db.keys.noteUse(keyId).catch((error: unknown) => log.warn({ err: error, keyId }, "the use of a key was not noted"));
  };

  const holderOf = async (key: string): Promise<(Principal & { expiresAt: Date | null; noted: boolean }) | null> =>
    timingSafeEqual(sha256(key), adminDigest)
      ? { ...admin, expiresAt: null, noted: true }
      : await db.keys.holder(sha256(key));

  const open = async ({
    expiresAt: keyEnds,
    ...principal
  }: Principal & { expiresAt: Date | null }): Promise<SignedIn> => {
    const expiresAt = new Date(Math.min(Date.now() + SESSION_MS, keyEnds?.getTime() ?? Number.POSITIVE_INFINITY));
    const id = await db.keys.openSession(principal.keyId, expiresAt);
    return { principal, expiresAt, cookie: signer.sign({ id, expiresAt }) };
  };

  return {
    /** Whose key this is, null if nobody's. */
    byKey: async (key: string): Promise<Identity | null> => {
      const holder = await holderOf(key);
      if (!holder) return null;
      const { expiresAt: _, noted: __, ...principal } = holder;
      noteUse(holder);
      const stillValid = async () => (await holderOf(key)) !== null;
      return { principal, identityId: principal.keyId ?? "admin", expiresAt: null, stillValid };
    },

    /** Who signed in with this cookie, null if it is not ours, was changed, has expired, or its session or key is gone. */
    bySession: async (cookie: string): Promise<Identity | null> => {
      const id = signer.read(cookie);
      const session = id && (await db.keys.session(id));
      if (!session) return null;
      const { noted, ...principal } = session.holder ?? { ...admin, noted: true };
      noteUse({ keyId: principal.keyId, noted });
      const stillValid = async () => (await db.keys.session(id)) !== null;
      return { principal, identityId: id, expiresAt: session.expiresAt, stillValid };
    },

    /** Opens a session for whoever has this key; null for nobody's. */
    signIn: async (key: string): Promise<SignedIn | null> => {
      const holder = await holderOf(key);
      return holder && (await open(holder));
    },

    /** Opens a session, as the environment's admin, for the first who brings this token of a link; null for all others. */
    redeem: async (token: string): Promise<SignedIn | null> =>
      (await db.keys.takeLink(sha256(token))) ? await open({ ...admin, expiresAt: null }) : null,

    /** Closes the session of this cookie, wherever a copy of it may be. */
    signOut: async (cookie: string): Promise<void> => {
      const id = signer.read(cookie);
      if (id) await db.keys.closeSession(id);
    },

    /** A token that signs in once. */
    makeLink: async (): Promise<{ token: string; expires_at: Date }> => {
      const [token, expiresAt] = [secret(), new Date(Date.now() + LINK_MS)];
      await db.keys.addLink(sha256(token), expiresAt);
      return { token, expires_at: expiresAt };
    },

    /** A new key, whole, with what is stored of it. */
    newKey: () => {
      const key = `rf_${secret()}`;
      return { key, prefix: key.slice(0, PREFIX_CHARACTERS), digest: sha256(key) };
    },
  };
}

export type Access = ReturnType<typeof createAccess>;
