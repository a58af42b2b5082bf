import type { Timers } from "../calls/timers.ts";

/** Timers that run only when the test says that time has passed. */
export interface ManualTimers extends Timers {
  /** Lets so many milliseconds pass, running what falls due, in order of time. */
  pass(ms: number): void;
  /** How many are set. */
  count(): number;
}

/** Creates manual timers; no real time is involved. */
export function createManualTimers(): ManualTimers {
  let now = 0;
  const due = new Map<object, { at: number; run: () => void }>();
  return {
    after(ms, run) {
      const id = {};
      due.set(id, { at: now + ms, run });
      return () => due.delete(id);
    },
    clear: () => due.clear(),
    close: () => due.clear(),
    count: () => due.size,
    pass(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...due].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
        if (!next) break;
        const [id, { at, run }] = next;
        now = at;
        due.delete(id);
        run();
      }
      now = until;
    },
  };
}
