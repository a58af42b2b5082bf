import type { CallCounts } from "@ringfence/domain";

/** How many calls had ended by themselves at a moment. */
export interface Sample {
  /** ms since 1970. */
  at: number;
  ended: number;
}

/** How fast a batch goes and when it will be through. */
export interface Pace {
  callsPerMinute: number;
  /** Of all that are pending or in progress; null if nothing ended of late. */
  msLeft: number | null;
}

/** What a page has seen of a batch. */
export interface Look {
  /** Since when it goes on without a break, as far as the page knows; ms since 1970. */
  since: number;
  samples: readonly Sample[];
}

/** What counts as "of late", in ms. */
const PACE_WINDOW_MS = 180_000;
/** Samples closer together than this are one, in ms. */
const SAMPLE_EVERY_MS = 1_000;
/** A shorter look says nothing, in ms. */
const SHORTEST_LOOK_MS = 10_000;

/** Calls that ended by themselves: a cancelled one says nothing about the pace. */
export const endedCalls = (counts: CallCounts): number =>
  counts.completed_calls + counts.failed_calls - counts.cancelled_calls;

/** Adds what is seen now. While dialling is blocked the look begins anew, so that the break counts for nothing after it. */
export function lookOn({ since, samples }: Look, sample: Sample, isBlocked: boolean): Look {
  if (isBlocked) return { since: sample.at, samples: [sample] };
  const recent = samples.filter(({ at }) => at >= sample.at - PACE_WINDOW_MS);
  return { since, samples: sample.at - (recent.at(-1)?.at ?? 0) >= SAMPLE_EVERY_MS ? [...recent, sample] : recent };
}

/**
 * The pace over the last three minutes of `samples`, or since it goes on if the page has not looked on for 10 s yet.
 * null where nothing can be said: too early, or no call has ended.
 */
export function paceOf(counts: CallCounts, { since, samples }: Look, now: number): Pace | null {
  const ended = endedCalls(counts);
  const seen = samples.find(({ at }) => at >= now - PACE_WINDOW_MS);
  const from = seen && now - seen.at >= SHORTEST_LOOK_MS ? seen : { at: since, ended: 0 };
  const ms = now - from.at;
  if (ms < SHORTEST_LOOK_MS || ended === 0) return null;
  const callsPerMinute = (Math.max(0, ended - from.ended) * 60_000) / ms;
  const left = counts.pending_calls + counts.in_progress_calls;
  return { callsPerMinute, msLeft: callsPerMinute > 0 ? (left / callsPerMinute) * 60_000 : null };
}

/** A pace for people: "0", "0.4", "12", "1,200". */
export const paceInWords = (callsPerMinute: number): string =>
  new Intl.NumberFormat("en", { maximumFractionDigits: callsPerMinute < 10 ? 1 : 0 }).format(callsPerMinute);
