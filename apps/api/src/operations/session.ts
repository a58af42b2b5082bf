import { NoFields, Problem, type SessionView, SignIn, type SignInLink } from "@ringfence/domain";
import { type CookieOptions, type Request, type RequestHandler, Router } from "express";
import type { Api } from "../app.ts";
import { authenticated, refuseForeign, requires, sessionCookie } from "../auth/auth.ts";
import { SESSION_COOKIE } from "../auth/session-cookie.ts";
import { json, parseAs } from "../http/bodies.ts";

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;
const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Whether a request comes from this very machine, by a name that only it has, and through nobody else. */
const fromHere = (req: Request): boolean =>
  LOOPBACK.test(req.socket.remoteAddress ?? "") &&
  LOOPBACK_NAME.test(req.get("host") ?? "") &&
  req.get("x-forwarded-for") === undefined &&
  req.get("forwarded") === undefined;

/** A page elsewhere must not sign anybody in either; a program that is no browser says nothing of where it comes from. */
const ownPagesOnly: RequestHandler = (req, _res, next) => {
  if (req.get("sec-fetch-site") !== undefined || req.get("origin") !== undefined) refuseForeign(req);
  next();
};

/** Signing a browser in and out, and who is signed in. */
export function sessionRoutes(api: Api): Router {
  const { access, liveFeed, basePath, noteWrongKey } = api;
  const router = Router();
  const attributes = (req: Request): CookieOptions => ({
    httpOnly: true,
    sameSite: "strict",
    path: basePath || "/",
    secure: req.secure || req.get("x-forwarded-proto") === "https",
  });

  router.post("/session", ownPagesOnly, json(), async (req, res) => {
    const { key, token } = parseAs(SignIn, req.body);
    if (token !== undefined && !fromHere(req)) {
      throw new Problem("forbidden", "A sign-in link works only on the machine that made it");
    }
    const signedIn = key !== undefined ? await access.signIn(key) : await access.redeem(token ?? "");
    if (!signedIn) {
      await noteWrongKey(req, res);
      throw new Problem("unauthenticated", "This key or link is wrong, has expired, or was used or deleted");
    }
    const { principal, cookie, expiresAt } = signedIn;
    res.cookie(SESSION_COOKIE, cookie, { ...attributes(req), expires: expiresAt });
    const view: SessionView = { name: principal.name, role: principal.role, expires_at: expiresAt };
    res.json(view);
  });

  router.get("/session", authenticated(api), (_req, res) => {
    const { principal, expiresAt } = res.locals;
    const view: SessionView = { name: principal.name, role: principal.role, expires_at: expiresAt };
    res.json(view);
  });

  router.delete("/session", async (req, res) => {
    refuseForeign(req);
    const cookie = sessionCookie(req);
    if (cookie !== null) {
      await access.signOut(cookie);
      await liveFeed.recheck();
    }
    res.clearCookie(SESSION_COOKIE, attributes(req)).status(204).end();
  });

  router.post("/session/link", authenticated(api), requires("admin"), json(), async (req, res) => {
    parseAs(NoFields, req.body);
    if (!fromHere(req))
      throw new Problem("forbidden", "A sign-in link is made only on the machine that the API runs on");
    const link: SignInLink = await access.makeLink();
    res.status(201).json(link);
  });

  return router;
}
