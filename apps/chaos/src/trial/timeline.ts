import { now } from "../clock.ts";

/** What happened in a trial, and when. */
export interface Timeline {
  readonly startedAt: number;
  note(what: string): void;
  /** Lines "+1234 ms what". */
  lines(): string[];
}

/** Starts a timeline now. */
export function startTimeline(): Timeline {
  const startedAt = now();
  const notes: { at: number; what: string }[] = [];
  return {
    startedAt,
    note: (what) => void notes.push({ at: now(), what }),
    lines: () => notes.map(({ at, what }) => `${`+${Math.round(at - startedAt)}`.padStart(7)} ms  ${what}`),
  };
}
