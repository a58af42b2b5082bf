import type { Account } from "../options.ts";

/** The pace of a workspace: most calls started within any second. */
export interface Pace {
  /** Whether one more may start now. */
  allows(callsPerSecond: number): boolean;
  /** Notes that one started. */
  started(): void;
  clear(): void;
}

/** Far more than any pace needs to look back. */
const KEPT_STARTS = 10_000;

/** Lines that calls of ours and of others take, or would be refused beyond. */
export function linesFree(account: Account, live: number): boolean {
  return live + account.foreignCalls < account.concurrencyLimit - account.reservedInbound;
}

/** Creates a pace that has seen no call. Below 1 a second, its window is as long as one call needs. */
export function createPace(now: () => number = () => performance.now()): Pace {
  let starts: number[] = [];
  return {
    allows(callsPerSecond) {
      if (callsPerSecond === 0) return true;
      const windowMs = 1_000 / Math.min(1, callsPerSecond);
      const most = Math.max(1, Math.floor(callsPerSecond));
      const oldestThatCounts = starts.at(-most);
      return oldestThatCounts === undefined || oldestThatCounts <= now() - windowMs;
    },
    started() {
      starts.push(now());
      if (starts.length > 2 * KEPT_STARTS) starts = starts.slice(-KEPT_STARTS);
    },
    clear() {
      starts = [];
    },
  };
}
