import { Problem } from "@ringfence/domain";
import type { RateCounter } from "@ringfence/queue";
import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";

const WINDOW_MS = 60_000;

/**
 * Allows `perMinute` requests a minute per key, or per browser that signed in with it, over all processes of the API;
 * 0 means no limit. Further requests are 429 `rate_limited` with `Retry-After`; the headers `RateLimit` and
 * `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers) say how many are left. While Redis is away nobody is refused.
 */
export function limitRate(perMinute: number, counter: RateCounter): RequestHandler {
  if (perMinute === 0) return (_req, _res, next) => next();
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    identifier: "per-minute",
    standardHeaders: "draft-8",
    legacyHeaders: false,
    validate: false,
    keyGenerator: (_req, res) => res.locals.identityId,
    handler: (_req, _res, next) =>
      next(
        new Problem("rate_limited", `This key sent more than ${perMinute} requests within a minute; wait, then go on`),
      ),
    store: {
      increment: async (name) => {
        // The counter's connection reports that Redis is away.
        const { hits, restMs } = await counter.hit(name, WINDOW_MS).catch(() => ({ hits: 0, restMs: WINDOW_MS }));
        return { totalHits: hits, resetTime: new Date(Date.now() + restMs) };
      },
      // Called only where counted requests are taken back, which nothing here does.
      decrement: () => undefined,
      resetKey: () => undefined,
    },
  });
}
