import { endedCalls, type Look, lookFrom, lookOn, type Pace, paceOf } from "@ringfence/domain";
import { useEffect } from "react";
import type { Batch } from "../../api/types.ts";
import { useNow } from "../../parts/use-now.ts";

const RENEW_EVERY_MS = 2_000;
/** Samples by batch, so that leaving the page and returning does not restart the measurement. */
const seen = new Map<string, Look>();

/** The pace of a batch as measured by this page; null if it is not known yet, the batch has stopped, or dialling is blocked. */
export function usePace(batch: Batch, isBlocked: boolean): Pace | null {
  const going = batch.status === "in_progress";
  const now = useNow(going ? RENEW_EVERY_MS : null);
  const ended = endedCalls(batch);
  const startedAt = Date.parse(batch.created_at);
  useEffect(() => {
    if (!going) return void seen.delete(batch.id);
    seen.set(batch.id, lookOn(seen.get(batch.id) ?? atStart(startedAt), { at: now, ended }, isBlocked));
  }, [batch.id, startedAt, going, ended, now, isBlocked]);
  return going && !isBlocked ? paceOf(batch, seen.get(batch.id) ?? atStart(startedAt), now) : null;
}

const atStart = (at: number): Look => lookFrom({ at, ended: 0 });
