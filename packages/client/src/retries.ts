/** How often and when a repeatable request is retried. */
export interface Retries {
  /** Attempts in all; 1 means no retries. */
  attempts: number;
  /** The wait before the second attempt, in ms; each further wait is twice as long, minus a random part of up to half. */
  firstDelayMs: number;
  /** Longest such wait, in ms. */
  longestDelayMs: number;
  /** Longest `Retry-After` that is waited for, in ms; beyond it the error is thrown immediately. */
  longestRetryAfterMs: number;
}

/** The default of `createClient`: retries over some 8 s in all, and waits out a rate limit's minute. */
export const DEFAULT_RETRIES: Retries = {
  attempts: 6,
  firstDelayMs: 250,
  longestDelayMs: 5_000,
  longestRetryAfterMs: 60_000,
};

const AGAIN = new Set([429, 502, 503, 504]);

/** Whether an answer's status means that the same request may succeed later. */
export const mayPass = (status: number): boolean => AGAIN.has(status);

/**
 * How long to wait after attempt number `attempt` (1 is the first) failed, in ms; null if it was the last. Never shorter than
 * `retryAfterMs`. `chance` is between 0 and 1.
 */
export function waitAfter(
  attempt: number,
  retryAfterMs: number | null,
  { attempts, firstDelayMs, longestDelayMs, longestRetryAfterMs }: Retries,
  chance: number,
): number | null {
  if (attempt >= attempts || (retryAfterMs ?? 0) > longestRetryAfterMs) return null;
  const delay = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs) * (1 - chance / 2);
  return Math.max(delay, retryAfterMs ?? 0);
}
