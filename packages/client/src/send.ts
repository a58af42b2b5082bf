import { errorOf, RingfenceError, RingfenceUnreachable } from "./errors.ts";
import { mayPass, type Retries, waitAfter } from "./retries.ts";

/** How one request is sent. */
export interface Manner {
  fetch: typeof globalThis.fetch;
  retries: Retries;
  /** Whether it may be sent again when it is not known what became of it. */
  repeatable: boolean;
  /** Whether the body of a success is handed on as it comes; otherwise it is read to its end, as part of the try. */
  streamed: boolean;
  /** How long one try may take, in ms; null: as long as it does. */
  timeoutMs: number | null;
  signal: AbortSignal | undefined;
}

/**
 * Sends a request, again if need be, and returns its success. Throws `RingfenceError` for any other answer,
 * `RingfenceUnreachable` if there is none, and the signal's reason once that is aborted.
 */
export async function send(request: Request, manner: Manner): Promise<Response> {
  const { signal, retries, repeatable } = manner;
  // Read once: a body cannot be sent twice, and clones of a request keep listening to its signal.
  const body = repeatable ? await request.arrayBuffer() : null;
  let outcomeUnknown = false;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await once(request, body, manner);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof RingfenceError || error instanceof RingfenceUnreachable)) throw error;
      const refused = error instanceof RingfenceError ? error : null;
      // What a try without an answer deleted is not there for the next one.
      if (refused?.status === 404 && outcomeUnknown && request.method === "DELETE")
        return new Response(null, { status: 204 });
      if (!repeatable || (refused && (refused.keyIsWrong || !mayPass(refused.status)))) throw error;
      const waitMs = waitAfter(attempt, refused?.retryAfterMs ?? null, retries, Math.random());
      if (waitMs === null) throw error;
      outcomeUnknown ||= refused?.status !== 429;
      await sleep(waitMs, signal);
    }
  }
}

/** One try. */
async function once(request: Request, body: ArrayBuffer | null, manner: Manner): Promise<Response> {
  const { signal, timeoutMs } = manner;
  const giveUp = new AbortController();
  const abort = () => giveUp.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(() => giveUp.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  let streaming = false;
  try {
    const response = await (body
      ? manner.fetch(request.url, {
          method: request.method,
          headers: request.headers,
          redirect: request.redirect,
          signal: giveUp.signal,
          ...(body.byteLength > 0 && { body }),
        })
      : manner.fetch(request, { signal: giveUp.signal }));
    if (!response.ok) throw await errorOf(response);
    if (manner.streamed) {
      streaming = true;
      return response;
    }
    const text = await response.text();
    if (text) JSON.parse(text);
    return new Response(text || null, { status: response.status, headers: { "content-type": "application/json" } });
  } catch (error) {
    throw error instanceof RingfenceError ? error : new RingfenceUnreachable(new URL(request.url).origin, error);
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
