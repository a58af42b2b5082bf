import type { BlockedBy } from "../contract/http/lines.ts";

/** What decides whether a pending call can be dialled now. */
export interface LinesState {
  /** Pending calls of open batches. */
  waiting: number;
  /** Workers alive. */
  workers: number;
  held: boolean;
  /** Redis is away or takes no write, so workers get no jobs. */
  queueAway: boolean;
  inUse: number;
  limit: number;
  /** ms until the next dial is allowed; not more than 0: now. */
  nextDialMs: number;
  /** Whether Retell's 429s, not the pace, put the next dial off. */
  slowed: boolean;
}

/** Why nobody is dialled at this moment, the first that applies; null while nothing waits, or nothing is in the way. */
export function blockedBy(state: LinesState): BlockedBy | null {
  if (state.waiting === 0) return null;
  if (state.workers === 0) return "no_worker";
  if (state.held) return "held";
  if (state.queueAway) return "queue_away";
  if (state.inUse >= state.limit) return "lines_full";
  if (state.nextDialMs <= 0) return null;
  return state.slowed ? "slowed" : "pace";
}

/** Whether calls are dialled as fast as lines and pace allow: only then a rate and a time to finish can be told. */
export const isDialling = (by: BlockedBy | null): boolean =>
  by === null || by === "lines_full" || by === "pace" || by === "slowed";
