import { setTimeout as sleep } from "node:timers/promises";
import { lackedConnection, sqlState } from "./errors.ts";

/** Deadlock and serialization failure: PostgreSQL rolled the statement back; a retry sees the new state. */
const CONFLICTS = ["40P01", "40001"];
/** A lock was not free in time: its holder is slow or frozen, and its own time-out ends it. */
const LOCK_NOT_AVAILABLE = "55P03";
const MOST_ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 50;
/** How long a statement of a stop is retried, in ms. */
const STOP_PATIENCE_MS = 20_000;

const pause = (attempt: number) => sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt));
const isConflict = (error: unknown) => CONFLICTS.includes(sqlState(error) ?? "");

/** Retries a statement that PostgreSQL ended for a conflict with another. */
export async function retryConflicts<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isConflict(error)) throw error;
      await pause(attempt);
    }
  }
}

/**
 * Retries a statement of a stop for 20 s, also when a lock was not free in time, and when there was no connection: PostgreSQL
 * has none left or is starting, or this process uses all that it may. Whatever made another stop wait refuses none. `mayBeRepeated`: other errors after which `work` may run once more.
 */
export async function retryStop<Result>(
  work: () => Promise<Result>,
  mayBeRepeated: (error: unknown) => boolean = () => false,
): Promise<Result> {
  const giveUpAt = performance.now() + STOP_PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const mayPass =
        isConflict(error) || sqlState(error) === LOCK_NOT_AVAILABLE || lackedConnection(error) || mayBeRepeated(error);
      if (!mayPass || performance.now() > giveUpAt) throw error;
      await pause(attempt);
    }
  }
}
