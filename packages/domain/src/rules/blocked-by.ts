import type { BlockedBy } from "../contract/http/lines.ts";

/** The state that decides whether a pending call can be dialled now. */
export interface LinesState {
  /** Pending calls of open batches. */
  waiting: number;
  /** How many workers are alive. */
  workers: number;
  /** Whether the lines are held, or every batch with a pending call. */
  held: boolean;
  /** Whether Redis is unavailable or accepts no write, so that workers get no jobs. */
  queueAway: boolean;
  inUse: number;
  limit: number;
  /** Time until the next dial is allowed, in ms; 0 or less: now. */
  nextDialMs: number;
  /** Whether Retell's 429s, not the pace, delay the next dial. */
  slowed: boolean;
}

/** The first reason that applies why no call is dialled now; null if no call waits or none is blocked. */
export function blockedBy(state: LinesState): BlockedBy | null {
  if (state.waiting === 0) return null;
  if (state.workers === 0) return "no_worker";
  if (state.held) return "held";
  if (state.queueAway) return "queue_away";
  if (state.inUse >= state.limit) return "lines_full";
  if (state.nextDialMs <= 0) return null;
  return state.slowed ? "slowed" : "pace";
}

/** Whether calls are dialled as fast as lines and pace allow. Only then do a rate and a time to finish mean anything. */
export const isDialling = (by: BlockedBy | null): boolean =>
  by === null || by === "lines_full" || by === "pace" || by === "slowed";
