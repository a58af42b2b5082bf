import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** The cookie that carries a session. */
export const SESSION_COOKIE = "ringfence_session";

/** The parts of the value: session, expiry in ms since 1970, signature. */
const FORM = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.(\d{1,15})\.([\w-]{43})$/;

/** Writes a session into a cookie's value, and reads it back. */
export interface SessionSigner {
  sign(session: { id: string; expiresAt: Date }): string;
  /** The session's id; null unless we signed exactly this value and it has not expired. */
  read(value: string): string | null;
}

/** Signs with a key derived from the environment's admin key: all API processes share it, and changing the admin key ends every session. */
export function sessionSigner(adminKey: string): SessionSigner {
  const key = Buffer.from(hkdfSync("sha256", adminKey, "", "ringfence session cookie", 32));
  const signature = (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  return {
    sign: ({ id, expiresAt }) => {
      const text = `${id}.${expiresAt.getTime()}`;
      return `${text}.${signature(text)}`;
    },
    read: (value) => {
      const [, id, expires, given] = FORM.exec(value) ?? [];
      if (!id || !expires || !given) return null;
      // Compared as texts, because several texts decode to the same bytes.
      const ours = Buffer.from(signature(`${id}.${expires}`));
      return timingSafeEqual(Buffer.from(given), ours) && Number(expires) > Date.now() ? id : null;
    },
  };
}

/** The value of the first cookie of this name in a Cookie header (RFC 6265, section 4.2); undefined if there is none. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
