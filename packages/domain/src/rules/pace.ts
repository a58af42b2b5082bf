import type { CallCounts } from "../contract/http/calls.ts";

/** How many calls had ended by themselves at a point in time. */
export interface Sample {
  /** ms since 1970. */
  at: number;
  ended: number;
}

/** How fast calls end and when all of them will have ended. */
export interface Pace {
  callsPerMinute: number;
  /** Time until all pending calls and calls in progress have ended; null if no call ended recently. */
  msLeft: number | null;
}

/** What a watcher has seen of a batch or campaign. */
export interface Look {
  /** Since when calls have gone on without a break, as far as the watcher knows. */
  since: Sample;
  samples: readonly Sample[];
}

/** How far back the pace is measured, in ms. */
const PACE_WINDOW_MS = 180_000;
/** Samples closer together than this, in ms, count as one sample. */
const SAMPLE_EVERY_MS = 1_000;
/** Shortest look that gives a pace, in ms: in a shorter one a few calls that end together would look like a pace. */
const SHORTEST_LOOK_MS = 10_000;

/** Calls that ended by themselves: a cancelled one says nothing about the pace. */
export const endedCalls = (counts: CallCounts): number =>
  counts.completed_calls + counts.failed_calls - counts.cancelled_calls;

/** The look of somebody who has seen nothing yet. */
export const lookFrom = (since: Sample): Look => ({ since, samples: [] });

/** Adds a sample. While dialling stands still the look starts again, so that the break does not lower the later pace. */
export function lookOn({ since, samples }: Look, sample: Sample, isStill: boolean): Look {
  if (isStill) return { since: sample, samples: [sample] };
  const recent = samples.filter(({ at }) => at >= sample.at - PACE_WINDOW_MS);
  return { since, samples: sample.at - (recent.at(-1)?.at ?? 0) >= SAMPLE_EVERY_MS ? [...recent, sample] : recent };
}

/**
 * The pace over the last three minutes of the look, or since calls have gone on if the look is shorter than 10 s. null if
 * it is too early or no call has ended.
 */
export function paceOf(counts: CallCounts, { since, samples }: Look, now: number): Pace | null {
  const ended = endedCalls(counts);
  const seen = samples.find(({ at }) => at >= now - PACE_WINDOW_MS);
  const from = seen && now - seen.at >= SHORTEST_LOOK_MS ? seen : since;
  const ms = now - from.at;
  if (ms < SHORTEST_LOOK_MS || ended === 0) return null;
  const callsPerMinute = (Math.max(0, ended - from.ended) * 60_000) / ms;
  const left = counts.pending_calls + counts.in_progress_calls;
  return { callsPerMinute, msLeft: callsPerMinute > 0 ? (left / callsPerMinute) * 60_000 : null };
}

/** A pace for people: "0", "0.4", "12", "1,200". */
export const paceInWords = (callsPerMinute: number): string =>
  new Intl.NumberFormat("en", { maximumFractionDigits: callsPerMinute < 10 ? 1 : 0 }).format(callsPerMinute);

/** A time to wait, in ms, for people: "under a minute", "about 12 min", "about 3 h 20 min", "about 2 days". */
export function roughly(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 1) return "under a minute";
  if (minutes < 60) return `about ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `about ${hours} h` : `about ${hours} h ${minutes % 60} min`;
  return `about ${Math.round(hours / 24)} days`;
}
