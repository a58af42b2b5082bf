import { RingfenceError, RingfenceUnreachable } from "@ringfence/client";

const AWAY = new Set([502, 503, 504]);

/** Whether an answer's status means that the API, or a service behind it, is away. */
export const isAwayStatus = (status: number): boolean => AWAY.has(status);

/** Whether the API may answer later. */
export const isAway = (error: unknown): error is RingfenceUnreachable | RingfenceError =>
  error instanceof RingfenceUnreachable || (error instanceof RingfenceError && isAwayStatus(error.status));
