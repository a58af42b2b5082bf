import type { Log } from "./deps.ts";

/** Work that goes on behind an answer. What a crash or shutdown leaves undone, the sweep does. */
export interface Background {
  run(name: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Aborts the signal and waits for what is under way. */
  close(): Promise<void>;
}

/** Runs work behind answers; an error is logged once and harms nobody. */
export function createBackground(log: Log): Background {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  return {
    run: (name, work) => {
      const running: Promise<void> = work(stopping.signal)
        .catch((error: unknown) =>
          log.warn({ err: error, work: name }, "work behind an answer ended early; the sweep does the rest"),
        )
        .finally(() => underWay.delete(running));
      underWay.add(running);
    },
    close: async () => {
      stopping.abort(new Error("shutting down"));
      await Promise.all(underWay);
    },
  };
}
