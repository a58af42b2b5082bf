import { setTimeout as sleep } from "node:timers/promises";
import { isUnavailable } from "@ringfence/db";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Repeats a write that names its claim until PostgreSQL takes it or `forMs` have passed; then the last error is thrown. */
export async function insist<Result>(write: () => Promise<Result>, forMs: number): Promise<Result> {
  const until = performance.now() + forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > until) throw error;
      await sleep(pauseMs);
    }
  }
}
