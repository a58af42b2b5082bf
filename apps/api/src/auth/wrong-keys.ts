import { Problem } from "@ringfence/domain";
import type { RateCounter } from "@ringfence/queue";
import type { Request, Response } from "express";
import { ipKeyGenerator } from "express-rate-limit";

const WINDOW_MS = 60_000;
/** Wrong keys that one address may send within a minute; further ones are 429. */
const MOST_WRONG_KEYS = 10;

/** Counts a request with a key that is nobody's. Throws `rate_limited` if there were too many from its address. */
export type NoteWrongKey = (req: Request, res: Response) => Promise<void>;

/**
 * Ten wrong keys a minute of one address are 401, further ones 429 with `Retry-After`, over all processes of the API. An
 * IPv6 address is its /56, because whoever has one address has all of them. It is asked only after a key turned out to be
 * wrong, so a right key is served whatever else came from its address. While Redis is away nobody is refused. What is
 * counted lives in Redis, and there for a minute.
 */
export const limitWrongKeys =
  (counter: RateCounter): NoteWrongKey =>
  async (req, res) => {
    // That Redis is away is reported by the counter's connection.
    const { hits, restMs } = await counter
      .hit(`wrong-keys:${ipKeyGenerator(req.ip ?? "")}`, WINDOW_MS)
      .catch(() => ({ hits: 0, restMs: 0 }));
    if (hits <= MOST_WRONG_KEYS) return;
    // As with a 401: without another key there is no use in coming again.
    res.set("WWW-Authenticate", "Bearer");
    res.set("Retry-After", String(Math.max(1, Math.ceil(restMs / 1_000))));
    throw new Problem(
      "rate_limited",
      `This key is wrong, and so were ${MOST_WRONG_KEYS} before it from this address; send a valid key, or wait`,
    );
  };
