/** A statement grants no more dials than this process can start within this time, in ms. */
const START_WITHIN_MS = 100;
const MOST_GRANTED = 100;
/** The grants of a process that has not yet started a dial. */
const FIRST_GRANTED = 10;
/** How much of the estimate of a start's cost the last group of starts makes. */
const NEWEST_PART = 0.5;

/**
 * Counts granted dials that are not yet started, and learns how many this process can start in time: all grants of a
 * statement age from one sending. `onStart` is called when all of a group are started.
 */
export function countStarts(onStart: () => void) {
  let unstarted = 0;
  let costMs = START_WITHIN_MS / FIRST_GRANTED;
  return {
    /** How many more dials may be granted. */
    room: () => Math.min(MOST_GRANTED, Math.floor(START_WITHIN_MS / costMs)) - unstarted,
    /** Notes a group of granted dials. Returns what to call at the start of each. */
    begin: (dials: number) => {
      unstarted += dials;
      const from = performance.now();
      let left = dials;
      return () => {
        unstarted--;
        if (--left === 0) {
          const newest = Math.max((performance.now() - from) / dials, START_WITHIN_MS / MOST_GRANTED);
          costMs += NEWEST_PART * (Math.min(newest, START_WITHIN_MS) - costMs);
          onStart();
        }
      };
    },
  };
}

/** The same function for one call; later calls do nothing. */
export function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (!called) call();
    called = true;
  };
}
