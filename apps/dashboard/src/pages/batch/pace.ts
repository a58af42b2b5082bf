import type { Batch } from "../../api/types.ts";

/** A batch as the page saw it: when, in ms, and how many of its calls had ended by themselves. */
export interface Sample {
  at: number;
  ended: number;
}

/** How fast a batch goes: calls a minute, and ms until its pending calls are through. null = nothing can be said. */
export interface Pace {
  perMinute: number | null;
  leftMs: number | null;
}

/** What the page remembers of a batch, in ms. */
const WINDOW_MS = 60_000;
/** A shorter look than this says little, in ms. */
const LEAST_MS = 20_000;

/** Calls that ended because they were made: cancelled ones were not. */
export const endedCalls = (batch: Batch): number => batch.completed_calls + batch.failed_calls - batch.cancelled_calls;

/** The samples of the last minute, with this one. */
export const remember = (samples: readonly Sample[], now: Sample): Sample[] => [
  ...samples.filter(({ at }) => now.at - at <= WINDOW_MS && at < now.at),
  now,
];

/** The pace over the last minute or, until the page has looked long enough, since the launch. */
export function paceOf(batch: Batch, samples: readonly Sample[], now: number): Pace {
  const ended = endedCalls(batch);
  const until = batch.completed_at ? Date.parse(batch.completed_at) : now;
  const launch = { at: Date.parse(batch.created_at), ended: 0 };
  const oldest = samples[0];
  const from = batch.completed_at || !oldest || now - oldest.at < LEAST_MS ? launch : oldest;
  const minutes = (until - from.at) / 60_000;
  if (ended - from.ended <= 0 || minutes <= 0) return { perMinute: null, leftMs: null };
  const perMinute = (ended - from.ended) / minutes;
  const left = batch.status === "in_progress" ? batch.pending_calls + batch.in_progress_calls : 0;
  return { perMinute, leftMs: left > 0 ? (left / perMinute) * 60_000 : null };
}
