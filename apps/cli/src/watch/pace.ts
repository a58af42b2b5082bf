/** What is looked back at for the pace, in ms. */
export const WINDOW_MS = 60_000;
/** Shorter than this, a few calls that end together look like a pace, in ms. */
const LEAST_MS = 5_000;

/** How many calls had ended when. `at` in ms. */
export interface Sample {
  at: number;
  ended: number;
}

/** The samples to keep with a further one: those of the last minute, and the last one before it. */
export function withSample(samples: Sample[], sample: Sample): Sample[] {
  const from = samples.findLastIndex(({ at }) => at <= sample.at - WINDOW_MS);
  return [...samples.slice(Math.max(0, from)), sample];
}

/** Calls that end per minute; null while too little was seen. */
export function callsPerMinute(samples: Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < LEAST_MS || last.ended <= first.ended) return null;
  return ((last.ended - first.ended) / (last.at - first.at)) * 60_000;
}

/** How long so many calls take at this pace, in ms; null if nobody can tell. */
export const timeLeft = (calls: number, perMinute: number | null): number | null =>
  perMinute === null ? null : (calls / perMinute) * 60_000;
