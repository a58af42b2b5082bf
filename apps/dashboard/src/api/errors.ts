import { type ProblemCode, RingfenceError, RingfenceUnreachable } from "@ringfence/client";

/**
 * The API's word for what a request threw; "away" if no answer of the API's came (a proxy before it answers for it when it
 * is down). null: something else went wrong.
 */
export function codeOf(error: unknown): ProblemCode | "away" | null {
  if (error instanceof RingfenceError) return error.code ?? "away";
  return error instanceof RingfenceUnreachable ? "away" : null;
}

/** Nobody can tell whether the request had an effect, or it had none: asking again may help. */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  return code === "away" || code === "unavailable";
}

/** What a request threw, in words for people. */
export function wordsOf(error: Error): string {
  if (error instanceof RingfenceError) return error.code ? error.detail : `The server answered ${error.status}`;
  return error instanceof RingfenceUnreachable ? "The server does not answer" : error.message;
}
