import type { Identity, UseCases } from "@ringfence/campaigns";
import { mayActAs, Problem, type Role } from "@ringfence/domain";
import type { Request, RequestHandler, Response } from "express";
import { cookieOf, SESSION_COOKIE, type SessionSigner } from "./session-cookie.ts";
import type { NoteWrongKey } from "./wrong-keys.ts";

declare global {
  namespace Express {
    interface Locals extends Identity {}
  }
}

/** The session cookie of a request, null if it has none. */
export const sessionCookie = (req: Request): string | null => cookieOf(req.get("cookie"), SESSION_COOKIE) ?? null;

/** What authentication needs. */
interface Doors {
  useCases: Pick<UseCases, "identifyKey" | "identifySession">;
  sessions: SessionSigner;
  noteWrongKey: NoteWrongKey;
}

async function identify(
  { useCases, sessions, noteWrongKey }: Doors,
  req: Request,
  res: Response,
): Promise<Identity | null> {
  const header = req.get("authorization");
  if (header !== undefined) {
    const [, key] = /^Bearer +(\S+)$/i.exec(header) ?? [];
    const identity = key ? await useCases.identifyKey(key) : null;
    if (!identity) await noteWrongKey(req, res);
    return identity;
  }
  const cookie = sessionCookie(req);
  const sessionId = cookie === null ? null : sessions.read(cookie);
  const identity = sessionId === null ? null : await useCases.identifySession(sessionId);
  if (identity && !["GET", "HEAD"].includes(req.method)) refuseForeign(req);
  return identity;
}

/**
 * Accepts `Authorization: Bearer KEY` or a browser's session cookie. Without a valid credential `onNobody` answers; unless it
 * does, the answer is 401, or 429 after too many wrong keys. A cookie may write only from our own pages, see `refuseForeign`.
 */
export const authenticated =
  (doors: Doors, onNobody?: RequestHandler): RequestHandler =>
  async (req, res, next) => {
    const identity = await identify(doors, req, res);
    if (identity) {
      Object.assign(res.locals, identity);
      return next();
    }
    const refuse = () => {
      res.set("WWW-Authenticate", "Bearer");
      throw new Problem("unauthenticated", "Send the header Authorization: Bearer KEY with a valid key, or sign in");
    };
    if (!onNobody) return refuse();
    await onNobody(req, res, refuse);
  };

/**
 * Throws `forbidden` if another page's script or form sent this: a browser sends our cookie along from every port of
 * this host, whatever its SameSite (RFC 6265bis, "site"). A request without `Sec-Fetch-Site` has to
 * name its origin.
 */
export function refuseForeign(req: Request): void {
  const site = req.get("sec-fetch-site");
  const origin = req.get("origin");
  const ours = site === undefined ? hostOf(origin) === req.get("host")?.toLowerCase() : site === "same-origin";
  if (!ours) throw new Problem("forbidden", "A browser's session acts only from the dashboard's own pages");
}

const hostOf = (origin: string | undefined): string | null =>
  origin !== undefined && URL.canParse(origin) ? new URL(origin).host : null;

/** Throws `forbidden` unless the caller's role is this one or above it. */
export function checkRole(res: Response, role: Role): void {
  if (!mayActAs(res.locals.principal.role, role)) throw new Problem("forbidden", `This needs a key of role ${role}`);
}
