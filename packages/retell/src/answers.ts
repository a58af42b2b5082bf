import Retell, { APIConnectionTimeoutError, APIError } from "retell-sdk";

/** The outcome of a dial. Only after `placed` and `unknown` may a phone have rung. */
export type DialAnswer =
  | { kind: "placed"; retellCallId: string }
  /** 400, 404, 422: this call can never be placed. */
  | { kind: "refused"; status: number; message: string }
  /** 401, 402, 403: no call can be placed until somebody acts. */
  | { kind: "barred"; status: number }
  /** 429: the call can be placed later. */
  | { kind: "busy" }
  /** The request surely never left this machine. */
  | { kind: "not-sent"; why: string }
  /** The request timed out, was interrupted, or got 408, 409 or 5xx: nobody knows whether the call was placed. */
  | { kind: "unknown"; why: string };

/** A connection was never established (refused, unknown host, TLS, too slow), so nothing was sent. */
export class NeverConnected extends Error {
  override readonly name = "NeverConnected";
}

/** Whether an error or one of its causes says that the connection was never established. */
const neverConnected = (error: unknown, depth = 0): boolean =>
  error instanceof NeverConnected ||
  (typeof error === "object" &&
    error !== null &&
    depth < 5 &&
    "cause" in error &&
    neverConnected(error.cause, depth + 1));

/** The codes of an error and of all its causes. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== "object" || error === null || depth > 5) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  return [
    ...(typeof code === "string" ? [code] : []),
    ...codesOf(cause, depth + 1),
    ...(Array.isArray(errors) ? errors.flatMap((each) => codesOf(each, depth + 1)) : []),
  ];
}

/** Maps an SDK error to what it means for the call. No other code does. */
export function answerOf(error: unknown): Exclude<DialAnswer, { kind: "placed" }> {
  if (error instanceof APIConnectionTimeoutError) return { kind: "unknown", why: "timed out" };
  const status = error instanceof APIError ? error.status : undefined;
  switch (status) {
    case undefined: {
      const codes = codesOf(error);
      return { kind: neverConnected(error) ? "not-sent" : "unknown", why: codes.join(" ") || "no answer" };
    }
    case 400:
    case 404:
    case 422:
      return { kind: "refused", status, message: messageOf(error) };
    case 401:
    case 402:
    case 403:
      return { kind: "barred", status };
    case 429:
      return { kind: "busy" };
    default:
      return { kind: "unknown", why: `status ${status}` };
  }
}

/** The message of Retell's answer, `{"status":"error","message":...}`. */
function messageOf(error: unknown): string {
  const body = error instanceof Retell.APIError ? (error.error as { message?: unknown } | undefined) : undefined;
  return typeof body?.message === "string" && body.message
    ? body.message
    : "Retell refused the call without saying why";
}
