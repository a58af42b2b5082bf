/** This process's time in ms since 1970, finer than a millisecond and never set back: what PostgreSQL's clock shows on the same machine. */
export const now = (): number => performance.timeOrigin + performance.now();

/** A stretch of time, in ms since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** Whether two stretches of time have a moment in common. */
export const overlap = (a: Span, b: Span): boolean => a.from <= b.to && b.from <= a.to;

/** Waits, in ms; rejects when the signal aborts. */
export { setTimeout as sleep } from "node:timers/promises";
