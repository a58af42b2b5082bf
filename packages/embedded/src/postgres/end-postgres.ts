import { setTimeout as delay } from "node:timers/promises";

export type Order = { signal: NodeJS.Signals; patienceMs: number };

/** Fast shutdown, then immediate (safe: recovery at the next start), then what is left for one that hears nothing. */
const ORDERS: Order[] = [
  { signal: "SIGINT", patienceMs: 5_000 },
  { signal: "SIGQUIT", patienceMs: 3_000 },
  { signal: "SIGKILL", patienceMs: 1_000 },
];
const LOOK_AGAIN_MS = 10;

/** Ends a PostgreSQL server and waits for its end, at most 9 s. Throws if it belongs to somebody else. */
export async function endPostgres(pid: number, isRunning: () => boolean, orders = ORDERS): Promise<void> {
  for (const { signal, patienceMs } of orders) {
    if (!isRunning()) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (isRunning()) throw error; // else it went in between
    }
    for (const deadline = Date.now() + patienceMs; isRunning() && Date.now() < deadline; ) await delay(LOOK_AGAIN_MS);
  }
}
