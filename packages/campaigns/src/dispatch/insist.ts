import { setTimeout as sleep } from "node:timers/promises";
import { isUnavailable } from "../database/errors.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Repeats a write that names its claim until PostgreSQL accepts it, however long PostgreSQL is unavailable: no other
 * process knows the outcome of the dial. Any other error is thrown.
 */
export async function insist<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await sleep(pauseMs);
    }
  }
}
