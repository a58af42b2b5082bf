/** All timers of one simulator, so that closing it leaves nothing behind that keeps a process alive. */
export interface Timers {
  /** Runs the function once after so many milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Cancels every timer that has not fired. */
  clear(): void;
  /** Clears, and starts no timer ever again. */
  close(): void;
}

/** Creates an empty set of timers. */
export function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>();
  let closed = false;
  return {
    after(ms, run) {
      if (closed) return () => {};
      const timer = setTimeout(() => {
        pending.delete(timer);
        run();
      }, ms);
      pending.add(timer);
      return () => {
        clearTimeout(timer);
        pending.delete(timer);
      };
    },
    clear() {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
    close() {
      closed = true;
      this.clear();
    },
  };
}
