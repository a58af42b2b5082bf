import type { FieldFault, ProblemBody, ProblemCode } from "@ringfence/domain";
import { BASE_PATH } from "../base-path.ts";

/** Longest wait for an answer, in ms: a stop may take 10 s, an import or a launch of a million rows minutes. */
const PATIENCE_MS = { read: 20_000, write: 30_000, long: 600_000 };

/** What the API refused, in its own words, or `away` if no answer came or a service behind it is away. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: ProblemCode | "away",
    message: string,
    readonly status: number | null,
    readonly faults: FieldFault[] = [],
  ) {
    super(message);
  }

  /** Nobody can tell whether the request had an effect, or it had none: asking again may help. */
  get isAway(): boolean {
    return this.code === "away" || this.code === "unavailable";
  }
}

/** What goes with a request: `body` is sent as JSON, `ndjson` as it is. */
export interface RequestOptions {
  body?: object;
  ndjson?: Blob;
  signal?: AbortSignal;
  /** The answer may take minutes. */
  isLong?: boolean;
}

let onSignedOut: () => void = () => undefined;
/** Told when an answer says that nobody is signed in any more. */
export const whenSignedOut = (listener: () => void): void => {
  onSignedOut = listener;
};

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const { body, ndjson, signal, isLong = ndjson !== undefined } = options;
  const patience = isLong ? PATIENCE_MS.long : method === "GET" ? PATIENCE_MS.read : PATIENCE_MS.write;
  const timeout = AbortSignal.timeout(patience);
  try {
    return await fetch(BASE_PATH + path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
        ...(ndjson && { "content-type": "application/x-ndjson" }),
      },
      body: ndjson ?? (body ? JSON.stringify(body) : null),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("away", "The server does not answer", null);
  }
}

/** Asks the API. Throws `ApiError`; a request that its caller aborts throws the signal's reason. */
export async function ask<Answer>(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(method, path, options);
  const text = await response.text().catch(() => {
    throw new ApiError("away", "The answer broke off", response.status);
  });
  if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as Answer;
  const problem = response.headers.get("content-type")?.includes("problem+json")
    ? (JSON.parse(text) as ProblemBody)
    : null;
  if (response.status === 401 && path !== "/v1/session") onSignedOut();
  // A proxy before the API answers for it when it is down.
  if (!problem) throw new ApiError("away", `The server answered ${response.status}`, response.status);
  throw new ApiError(problem.code, problem.detail, problem.status, problem.errors);
}
