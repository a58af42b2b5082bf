import { sqlState } from "./errors.ts";

/** Deadlock and serialization failure: PostgreSQL undid the statement; run again, it sees the new state. */
const CONFLICTS = ["40P01", "40001"];
/** A lock was not to be had in time: its holder is slow or frozen and is ended by its own time-out. */
const LOCK_NOT_AVAILABLE = "55P03";
const MOST_ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 50;

async function again<Result>(codes: readonly string[], work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !codes.includes(sqlState(error) ?? "")) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt)));
    }
  }
}

/** Runs a statement again when PostgreSQL ended it for a conflict with another. */
export const retryConflicts = <Result>(work: () => Promise<Result>): Promise<Result> => again(CONFLICTS, work);

/** As above, and also when a lock was not to be had: a stop waits for whoever holds it. */
export const retryStop = <Result>(work: () => Promise<Result>): Promise<Result> =>
  again([...CONFLICTS, LOCK_NOT_AVAILABLE], work);
