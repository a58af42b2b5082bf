import type { BatchView } from "@ringfence/domain";

/** Shortest time between two reloads of the lists, in ms. */
const TELL_EVERY_MS = 4_000;

/**
 * Notices calls that ended between two polls, or were cancelled without ever being in progress: a batch has more ended
 * calls than were seen to end. Figures and calls are read at slightly different times, so only a call missing in two
 * consecutive polls counts as missed.
 */
export function createUnseenEnds() {
  const known = new Map<string, { ended: number; missing: number; wasMissing: number; toldAt: number }>();
  return {
    /** Takes the figures of a poll; returns true if clients should reload the lists of this batch's calls. */
    missed: (batch: BatchView, seenToEnd: number, now: number): boolean => {
      const ended = batch.completed_calls + batch.failed_calls;
      const before = known.get(batch.id);
      if (!before) {
        known.set(batch.id, { ended, missing: 0, wasMissing: 0, toldAt: 0 });
        return false;
      }
      const missing = before.missing + ended - before.ended - seenToEnd;
      const surely = Math.min(missing, before.wasMissing);
      const tell = surely > 0 && now - before.toldAt >= TELL_EVERY_MS;
      known.set(batch.id, {
        ended,
        missing: tell ? missing - surely : missing,
        wasMissing: tell ? 0 : missing,
        toldAt: tell ? now : before.toldAt,
      });
      return tell;
    },
  };
}

export type UnseenEnds = ReturnType<typeof createUnseenEnds>;
