import { Problem } from "@ringfence/domain";
import type { RateCounter } from "@ringfence/queue";
import type { Request, Response } from "express";
import { ipKeyGenerator } from "express-rate-limit";

const WINDOW_MS = 60_000;
/** Wrong keys that one address may send within a minute; further wrong keys are 429. */
const MOST_WRONG_KEYS = 10;

/** Counts a request with an unknown key. Throws `rate_limited` if its address sent too many. */
export type NoteWrongKey = (req: Request, res: Response) => Promise<void>;

/**
 * Ten wrong keys a minute from one address are 401, further ones 429 with `Retry-After`, counted over all API processes. An
 * IPv6 client is identified by its /56, because it controls every address in it. A key is counted only after it turned out
 * wrong, so a right key is served whatever else came from its address. While Redis is away nobody is refused. The
 * counters live in Redis for a minute.
 */
export const limitWrongKeys =
  (counter: RateCounter): NoteWrongKey =>
  async (req, res) => {
    // The counter's connection reports that Redis is away.
    const { hits, restMs } = await counter
      .hit(`wrong-keys:${ipKeyGenerator(req.ip ?? "")}`, WINDOW_MS)
      .catch(() => ({ hits: 0, restMs: 0 }));
    if (hits <= MOST_WRONG_KEYS) return;
    // As with a 401, a retry with the same key is pointless.
    res.set("WWW-Authenticate", "Bearer");
    res.set("Retry-After", String(Math.max(1, Math.ceil(restMs / 1_000))));
    throw new Problem(
      "rate_limited",
      `This key is wrong, and so were ${MOST_WRONG_KEYS} before it from this address; send a valid key, or wait`,
    );
  };
