import { NoFields, Problem, SessionView, SignIn, SignInLink } from "@ringfence/domain";
import type { CookieOptions, Request } from "express";
import { refuseForeign, sessionCookie } from "../auth/authenticate.ts";
import { SESSION_COOKIE } from "../auth/session-cookie.ts";
import { operation } from "../http/operation.ts";

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;
const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Whether a request comes from this very machine, by a host name that only it has, and through no proxy. */
const fromHere = (req: Request): boolean =>
  LOOPBACK.test(req.socket.remoteAddress ?? "") &&
  LOOPBACK_NAME.test(req.get("host") ?? "") &&
  req.get("x-forwarded-for") === undefined &&
  req.get("forwarded") === undefined;

/** A page of another origin must not sign anybody in either; programs other than browsers send no origin. */
const ownPagesOnly = (req: Request): void => {
  if (req.get("sec-fetch-site") !== undefined || req.get("origin") !== undefined) refuseForeign(req);
};

const attributesOf = (req: Request, basePath: string): CookieOptions => ({
  httpOnly: true,
  sameSite: "strict",
  path: basePath || "/",
  secure: req.secure || req.get("x-forwarded-proto") === "https",
});

/** Signing a browser in and out, and who is signed in. */
export const sessionOperations = [
  operation({
    method: "post",
    path: "/session",
    id: "signIn",
    tag: "Keys",
    summary: "Sign a browser in",
    description: "Sets a cookie that only the dashboard's own pages can use. Programs send their key instead.",
    needs: null,
    door: true,
    body: { schema: SignIn, example: { key: "rf_..." } },
    answer: { status: 200, description: "Who signed in", schema: SessionView },
    problems: ["unauthenticated", "forbidden", "rate_limited"],
    admit: ownPagesOnly,
    handle: async (
      { body: { key, token }, req, res },
      { signIn, redeemSignInLink, sessions, noteWrongKey, basePath },
    ) => {
      if (token !== undefined && !fromHere(req)) {
        throw new Problem("forbidden", "A sign-in link works only on the machine that made it");
      }
      const signedIn = key !== undefined ? await signIn(key) : await redeemSignInLink(token ?? "");
      if (!signedIn) {
        await noteWrongKey(req, res);
        throw new Problem("unauthenticated", "This key or link is wrong, has expired, or was used or deleted");
      }
      const { principal, sessionId, expiresAt } = signedIn;
      const cookie = sessions.sign({ id: sessionId, expiresAt });
      res.cookie(SESSION_COOKIE, cookie, { ...attributesOf(req, basePath), expires: expiresAt });
      return { name: principal.name, role: principal.role, expires_at: expiresAt };
    },
  }),
  operation({
    method: "get",
    path: "/session",
    id: "getSession",
    tag: "Keys",
    summary: "Get the name and role of the caller",
    needs: "viewer",
    door: true,
    answer: { status: 200, description: "Name and role of the key", schema: SessionView },
    handle: async ({ by, role, caller }) => ({ name: by, role, expires_at: caller.expiresAt }),
  }),
  operation({
    method: "delete",
    path: "/session",
    id: "signOut",
    tag: "Keys",
    summary: "Sign a browser out",
    needs: null,
    door: true,
    answer: { status: 204, description: "Signed out" },
    problems: ["forbidden"],
    admit: refuseForeign,
    handle: async ({ req, res }, { signOut, sessions, liveFeed, basePath }) => {
      const cookie = sessionCookie(req);
      const sessionId = cookie === null ? null : sessions.read(cookie);
      if (sessionId !== null) await signOut(sessionId);
      if (cookie !== null) await liveFeed.recheck();
      res.clearCookie(SESSION_COOKIE, attributesOf(req, basePath));
      return null;
    },
  }),
  operation({
    method: "post",
    path: "/session/link",
    id: "makeSignInLink",
    tag: "Keys",
    summary: "Make a link that signs a browser in once",
    description: "Possible only on the machine that the API runs on; the link works only there.",
    needs: "admin",
    door: true,
    body: { schema: NoFields, isOptional: true },
    answer: { status: 201, description: "The token of the link", schema: SignInLink },
    handle: async ({ req }, { makeSignInLink }) => {
      if (!fromHere(req))
        throw new Problem("forbidden", "A sign-in link is made only on the machine that the API runs on");
      return await makeSignInLink();
    },
  }),
];
