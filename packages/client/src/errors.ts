import type { components } from "./generated/schema.ts";

/** The body of an error of the API, `application/problem+json`. */
export type Problem = components["schemas"]["Problem"];
/** The API's codes of errors. */
export type ProblemCode = Problem["code"];
/** One field at fault: `path` as it was sent, such as `candidates.3.name`, and what to do about it. */
export type FieldFault = NonNullable<Problem["errors"]>[number];

const MOST_PLAIN_TEXT = 200;

/** The API refused, or failed. */
export class RingfenceError extends Error {
  override readonly name = "RingfenceError";

  constructor(
    /** The HTTP status. */
    readonly status: number,
    /** The API's code; null if the answer was not from the API, such as a proxy's. */
    readonly code: ProblemCode | null,
    /** What to do about it. */
    readonly detail: string,
    /** Each field at fault, at most 1,000; empty if no field is. */
    readonly errors: FieldFault[] = [],
    /** How long to wait before the next attempt, in ms, if the answer says so. */
    readonly retryAfterMs: number | null = null,
    /** `X-Request-Id` of the answer, if it has one. */
    readonly requestId: string | null = null,
    /** Whether the request was refused for its key: a retry with the same key never succeeds. */
    readonly keyIsWrong = false,
    /** Of a stop that was not finished: whether nobody else will be dialled; null if that is unknown. */
    readonly braked: boolean | null = null,
  ) {
    super(`${status}${code ? ` ${code}` : ""}: ${detail}`);
  }
}

/** No answer arrived, or none that could be read; `cause` says why. The request may have taken effect all the same. */
export class RingfenceUnreachable extends Error {
  override readonly name = "RingfenceUnreachable";

  constructor(
    /** Scheme, host and port of the request. */
    readonly origin: string,
    cause: unknown,
  ) {
    super(`${origin} cannot be reached: ${reasonOf(cause)}`, { cause });
  }
}

/** undici says "fetch failed" and puts the reason into a cause; each of several addresses has its own. */
function reasonOf(cause: unknown): string {
  let reason = cause as { message?: string; code?: string; cause?: unknown } | null | undefined;
  while (typeof reason?.cause === "object" && reason.cause !== null) reason = reason.cause;
  return reason?.message || reason?.code || String(reason);
}

/** The error that an answer other than 2xx stands for. Throws if the body breaks off. */
export async function errorOf(response: Response): Promise<RingfenceError> {
  const text = await response.text();
  const requestId = response.headers.get("x-request-id");
  const retryAfterMs = retryAfterOf(response);
  const keyIsWrong = response.headers.has("www-authenticate");
  const problem = problemIn(response, text);
  if (!problem) {
    const plain = response.headers.get("content-type")?.startsWith("text/plain") ? text.trim() : "";
    const detail = plain.slice(0, MOST_PLAIN_TEXT) || response.statusText || "The answer is not from the API";
    return new RingfenceError(response.status, null, detail, [], retryAfterMs, requestId, keyIsWrong);
  }
  return new RingfenceError(
    response.status,
    problem.code,
    problem.detail,
    problem.errors ?? [],
    retryAfterMs,
    requestId,
    keyIsWrong,
    problem.braked ?? null,
  );
}

function problemIn(response: Response, text: string): Problem | null {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return null;
  try {
    const body: Partial<Problem> = JSON.parse(text);
    return typeof body.code === "string" && typeof body.detail === "string" ? (body as Problem) : null;
  } catch {
    return null;
  }
}

/** `Retry-After` in ms, which may be seconds or a date; null without one. */
export function retryAfterOf(response: Response, now = Date.now()): number | null {
  const value = response.headers.get("retry-after")?.trim();
  if (!value) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
