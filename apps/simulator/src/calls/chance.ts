import { z } from "zod";

/** How often something happens: `true` always, `false` never, a number between 0 and 1 that share of the times. */
export const Chance = z.union([z.boolean(), z.number().min(0).max(1)]);

/** See the schema of the same name. */
export type Chance = z.infer<typeof Chance>;

/** A source of numbers from 0 up to, not including, 1. */
export type Random = () => number;

/** A repeatable source: equal seeds give equal numbers (FNV-1a into mulberry32; good for dice, not for secrets). */
export function seededRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rolls for one chance; one that is not given never happens. */
export function happens(chance: Chance | undefined, random: Random): boolean {
  return chance === true || (typeof chance === "number" && random() < chance);
}
