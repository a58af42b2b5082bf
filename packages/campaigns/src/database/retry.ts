import { sqlState } from "./errors.ts";

/** Deadlock and serialization failure: PostgreSQL rolled the statement back; a retry sees the new state. */
const CONFLICTS = ["40P01", "40001"];
/** A lock was not free in time: its holder is slow or frozen, and its own time-out ends it. */
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

/** Retries a statement that PostgreSQL ended for a conflict with another. */
export const retryConflicts = <Result>(work: () => Promise<Result>): Promise<Result> => again(CONFLICTS, work);

/** Retries as above and also when a lock was not free in time: a stop waits for the holder. */
export const retryStop = <Result>(work: () => Promise<Result>): Promise<Result> =>
  again([...CONFLICTS, LOCK_NOT_AVAILABLE], work);
