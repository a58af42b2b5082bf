import { useEffect } from "react";
import type { Batch } from "../../api/types.ts";
import { useNow } from "../../parts/use-now.ts";
import { endedCalls, PACE_WINDOW_MS, type Pace, paceOf, type Sample } from "./pace.ts";

/** Samples closer together than this are one, in ms. */
const SAMPLE_EVERY_MS = 1_000;
const RENEW_EVERY_MS = 2_000;
/** By batch, so that going to another page and back does not start the look anew. */
const seen = new Map<string, Sample[]>();

/** How fast a batch goes by what this page has seen of it; null where nothing can be said or it goes no more. */
export function usePace(batch: Batch): Pace | null {
  const going = batch.status === "in_progress";
  const now = useNow(going ? RENEW_EVERY_MS : null);
  const ended = endedCalls(batch);
  useEffect(() => {
    if (!going) return void seen.delete(batch.id);
    const samples = (seen.get(batch.id) ?? []).filter(({ at }) => at >= now - PACE_WINDOW_MS);
    if (now - (samples.at(-1)?.at ?? 0) >= SAMPLE_EVERY_MS) samples.push({ at: now, ended });
    seen.set(batch.id, samples);
  }, [batch.id, going, ended, now]);
  return going ? paceOf(batch, seen.get(batch.id) ?? [], Date.parse(batch.created_at), now) : null;
}
