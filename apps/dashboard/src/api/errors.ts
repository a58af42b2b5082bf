import { type ProblemCode, RingfenceError, RingfenceUnreachable } from "@ringfence/client";

/**
 * The API's code for the error of a request; "away" if the API did not answer (a proxy answers in its place when it
 * is down). null: something else went wrong.
 */
export function codeOf(error: unknown): ProblemCode | "away" | null {
  if (error instanceof RingfenceError) return error.code ?? "away";
  return error instanceof RingfenceUnreachable ? "away" : null;
}

/** Whether a retry may help: the request had no effect, or its effect is unknown. */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  return code === "away" || code === "unavailable";
}

/** The error of a request, in words for people. */
export function wordsOf(error: Error): string {
  if (error instanceof RingfenceError) return error.code ? error.detail : `The server answered ${error.status}`;
  return error instanceof RingfenceUnreachable ? "The server does not answer" : error.message;
}
