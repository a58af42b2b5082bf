import type { Log } from "./deps.ts";

/** Work that continues after an answer was sent. The sweep completes what a crash or shutdown leaves undone. */
export interface Background {
  run(name: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Aborts the signal and waits for the work under way. */
  close(): Promise<void>;
}

/** Runs work after answers; an error is logged once and affects nothing else. */
export function createBackground(log: Log): Background {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  return {
    run: (name, work) => {
      const running: Promise<void> = work(stopping.signal)
        .catch((error: unknown) =>
          log.warn({ err: error, work: name }, "work after an answer failed; the sweep completes it"),
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
