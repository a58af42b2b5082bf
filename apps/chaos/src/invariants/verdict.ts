import type { Snapshot } from "../trial/snapshot.ts";

/** What a check of a trial found: what breaks a promise, and what is odd but within the promises, counted apart. */
export interface Verdict {
  /** A line each, with ids; never a phone number or key. */
  broken: string[];
  odd: Record<string, number>;
}

/** One promise, checked on all that is known of a trial. */
export type Invariant = (snapshot: Snapshot) => Verdict;

/** A verdict under construction. */
export function startVerdict(): Verdict & { breaks(what: string): void; counts(what: string): void } {
  const broken: string[] = [];
  const odd: Record<string, number> = {};
  return {
    broken,
    odd,
    breaks: (what) => void broken.push(what),
    counts: (what) => {
      odd[what] = (odd[what] ?? 0) + 1;
    },
  };
}
