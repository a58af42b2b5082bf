import { errorOf, RingfenceError, RingfenceUnreachable } from "./errors.ts";
import { mayPass, type Retries, waitAfter } from "./retries.ts";

/** One request and how it is sent. */
export interface Outgoing {
  method: string;
  url: string;
  headers: Headers;
  body: BodyInit | null;
  fetch: typeof globalThis.fetch;
  retries: Retries;
  /** Whether it may be sent again when its outcome is unknown. Its body is then a text. */
  repeatable: boolean;
  /** Time-out of one attempt, in ms; null means none. */
  timeoutMs: number | null;
  signal: AbortSignal | undefined;
}

/** How a success is read. */
export interface Reading<Result> {
  read(response: Response): Promise<Result>;
  /** The value of a success without a body. */
  nothing(): Result;
  /** Whether the body is still under way when `read` is done, so that the signal must go on ending it. */
  isStream: boolean;
}

/** The JSON of a success, read to its end as part of the attempt; undefined if it is empty. */
export const jsonOf: Reading<unknown> = {
  read: async (response) => {
    const text = await response.text();
    return text ? JSON.parse(text) : undefined;
  },
  nothing: () => undefined,
  isStream: false,
};

/** The bytes of a success as they arrive. */
export const streamOf: Reading<ReadableStream<Uint8Array>> = {
  read: async ({ body }) => body ?? streamOf.nothing(),
  nothing: () => new ReadableStream({ start: (controller) => controller.close() }),
  isStream: true,
};

/**
 * Sends a request, with retries, and returns its success. Throws `RingfenceError` for any other answer,
 * `RingfenceUnreachable` if there is none, and the signal's reason once that is aborted.
 */
export async function send<Result>(outgoing: Outgoing, reading: Reading<Result>): Promise<Result> {
  const { signal, retries, repeatable } = outgoing;
  let outcomeUnknown = false;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await once(outgoing, reading);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof RingfenceError || error instanceof RingfenceUnreachable)) throw error;
      const refused = error instanceof RingfenceError ? error : null;
      // An attempt without an answer may have deleted the resource, so the next attempt does not find it.
      if (refused?.status === 404 && outcomeUnknown && outgoing.method === "DELETE") return reading.nothing();
      if (!repeatable || (refused && (refused.keyIsWrong || !mayPass(refused.status)))) throw error;
      const waitMs = waitAfter(attempt, refused?.retryAfterMs ?? null, retries, Math.random());
      if (waitMs === null) throw error;
      outcomeUnknown ||= refused?.status !== 429;
      await sleep(waitMs, signal);
    }
  }
}

/** One attempt. */
async function once<Result>(outgoing: Outgoing, { read, isStream }: Reading<Result>): Promise<Result> {
  const { method, url, headers, body, signal, timeoutMs } = outgoing;
  const giveUp = new AbortController();
  const abort = () => giveUp.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(() => giveUp.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const init: RequestInit & { duplex?: "half" } = {
    method,
    headers,
    body,
    redirect: "error",
    credentials: "same-origin",
    signal: giveUp.signal,
    ...(body instanceof ReadableStream && { duplex: "half" }),
  };
  let streaming = false;
  try {
    const response = await outgoing.fetch(url, init);
    if (!response.ok) throw await errorOf(response);
    const result = await read(response);
    streaming = isStream;
    return result;
  } catch (error) {
    throw error instanceof RingfenceError ? error : new RingfenceUnreachable(new URL(url).origin, error);
  } finally {
    clearTimeout(timer);
    // A stream is still under way, and its signal ends it.
    if (!streaming) signal?.removeEventListener("abort", abort);
  }
}

/** Waits; rejects with the signal's reason as soon as that is aborted. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}
