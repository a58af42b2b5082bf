import { createHash, timingSafeEqual } from "node:crypto";
import { mayActAs, type Principal, Problem, type Role } from "@ringfence/domain";
import type { RequestHandler } from "express";

/** Says whose key this is, null if it is nobody's. */
export type Authenticate = (key: string) => Principal | null;

/** Recognises the one admin key of the environment; compares digests, in constant time. */
export function adminKey(key: string): Authenticate {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(key);
  return (given) => (timingSafeEqual(digest(given), expected) ? { name: "admin", role: "admin", keyId: null } : null);
}

declare global {
  namespace Express {
    interface Locals {
      principal: Principal;
    }
  }
}

/** `Authorization: Bearer KEY`; without a valid one, 401. */
export const bearer =
  (authenticate: Authenticate): RequestHandler =>
  (req, res, next) => {
    const [, key] = /^Bearer +(\S+)$/i.exec(req.get("authorization") ?? "") ?? [];
    const principal = key ? authenticate(key) : null;
    if (!principal) {
      res.set("WWW-Authenticate", "Bearer");
      throw new Problem("unauthenticated", "Send the header Authorization: Bearer KEY with a valid key");
    }
    res.locals.principal = principal;
    next();
  };

/** HTTP Basic with any user name and the key as password, for pages in a browser; without, 401 and the browser asks. */
export const basic =
  (authenticate: Authenticate): RequestHandler =>
  (req, res, next) => {
    const [, encoded] = /^Basic +(\S+)$/i.exec(req.get("authorization") ?? "") ?? [];
    const [, key] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded ?? "", "base64").toString()) ?? [];
    const principal = key ? authenticate(key) : null;
    if (!principal) {
      res.set("WWW-Authenticate", 'Basic realm="Ringfence: any user name, the API key as password", charset="UTF-8"');
      throw new Problem("unauthenticated", "Sign in with any user name and the API key as password");
    }
    res.locals.principal = principal;
    next();
  };

/** Lets a role and those above it pass; others get 403. */
export const requires =
  (role: Role): RequestHandler =>
  (_req, res, next) => {
    if (!mayActAs(res.locals.principal.role, role)) throw new Problem("forbidden", `This needs a key of role ${role}`);
    next();
  };
