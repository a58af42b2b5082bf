import { now, type Span } from "../clock.ts";

const LOOK_EVERY_MS = 10;
/** A shorter lag is not worth noting, in ms. */
const WORTH_NOTING_MS = 20;
/** Lags kept; older ones are of trials that were judged long ago. */
const KEPT = 2_000;

/** When this process itself did not run, and how long: what it saw then it saw late. */
export interface LagWatch {
  /** Stretches in which this process did not look, since then. */
  since(from: number): Span[];
  close(): void;
}

/** Watches how late this process's own timers are. */
export function watchLag(): LagWatch {
  let lags: Span[] = [];
  let last = now();
  const timer = setInterval(() => {
    const at = now();
    if (at - last - LOOK_EVERY_MS > WORTH_NOTING_MS) lags.push({ from: last, to: at });
    if (lags.length > 2 * KEPT) lags = lags.slice(-KEPT);
    last = at;
  }, LOOK_EVERY_MS);
  timer.unref();
  return { since: (from) => lags.filter(({ to }) => to >= from), close: () => clearInterval(timer) };
}
