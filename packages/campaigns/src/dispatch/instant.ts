/** An instant by both clocks of a process: the monotonic clock stops while the machine is suspended, the wall clock may be set back. */
export interface Instant {
  monotonic: number;
  wall: number;
}

export const now = (): Instant => ({ monotonic: performance.now(), wall: Date.now() });

/** Time since an instant, in ms, by the clock that shows more. */
export const ageMs = (then: Instant): number => Math.max(performance.now() - then.monotonic, Date.now() - then.wall);
