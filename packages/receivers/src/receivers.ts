import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { Agent, request } from "undici";
import { createLookup, faultOf, RefusedAddress } from "./addresses.ts";

/** How much of an answer is read before its connection is closed, in bytes: only the status matters. */
const MOST_ANSWER = 65_536;
/** Longest stored reason of a failed delivery, in characters. */
const LONGEST_ERROR = 300;
const SECRET_BYTES = 32;

/** One event as it is sent to one receiver. */
export interface Message {
  url: string;
  secret: string;
  /** The same on each attempt, so that receivers recognize repeats. */
  id: string;
  body: string;
}

/** The outcome of an attempt; any status but 2xx is a failure, redirects included. */
export type Attempt =
  | { kind: "delivered"; status: number; durationMs: number }
  | { kind: "failed"; status: number | null; durationMs: number; error: string };

/** A new secret in the format of standardwebhooks.com. */
export const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;

/**
 * Sends events to clients, signed as in Standard Webhooks (github.com/standard-webhooks, spec). It follows no redirect
 * and, unless `allowPrivate`, reaches no private address under any name. An attempt ends after `timeoutMs`.
 */
export function createReceivers({ allowPrivate, timeoutMs }: { allowPrivate: boolean; timeoutMs: number }) {
  // As many connections as there are requests: webhooks of one host must not wait for each other.
  const agent = new Agent({ connect: { timeout: timeoutMs, lookup: createLookup(allowPrivate) } });

  return {
    /** Makes one attempt. Never throws; if `signal` aborts, the attempt fails. */
    send: async ({ url, secret, id, body }: Message, signal: AbortSignal): Promise<Attempt> => {
      const began = performance.now();
      const durationMs = () => Math.round(performance.now() - began);
      const failed = (status: number | null, error: string): Attempt => ({
        kind: "failed",
        status,
        durationMs: durationMs(),
        error: error.slice(0, LONGEST_ERROR),
      });
      const now = new Date();
      // Not AbortSignal.any: its listeners stay on a signal that lives as long as the process (Node 20).
      const giveUp = new AbortController();
      const abort = () => giveUp.abort(signal.reason);
      signal.addEventListener("abort", abort);
      const timer = setTimeout(() => giveUp.abort(new DOMException("too late", "TimeoutError")), timeoutMs);
      try {
        signal.throwIfAborted();
        const fault = faultOf(url, allowPrivate);
        if (fault) return failed(null, fault);
        const answer = await request(url, {
          method: "POST",
          dispatcher: agent,
          signal: giveUp.signal,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          headers: {
            "content-type": "application/json",
            "user-agent": "Ringfence",
            "webhook-id": id,
            "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
            "webhook-signature": new Webhook(secret).sign(id, now, body),
          },
          body,
        });
        const { statusCode: status } = answer;
        await answer.body.dump({ limit: MOST_ANSWER }).catch(() => undefined);
        if (status >= 200 && status < 300) return { kind: "delivered", status, durationMs: durationMs() };
        return failed(
          status,
          status >= 300 && status < 400 ? "Answered with a redirect, which is not followed" : "Refused by the receiver",
        );
      } catch (error) {
        return failed(null, signal.aborted ? "Interrupted: the worker ended" : wordsOf(error, timeoutMs));
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      }
    },

    /** Closes all connections and ends the attempts under way. */
    close: (): Promise<void> => agent.destroy(),
  };
}

export type Receivers = ReturnType<typeof createReceivers>;

function wordsOf(error: unknown, timeoutMs: number): string {
  if (error instanceof RefusedAddress) return `Cannot be used: ${error.message}`;
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (name === "TimeoutError" || code?.includes("TIMEOUT")) return `No answer within ${timeoutMs} ms`;
  return code ? `No connection (${code})` : `No connection: ${message}`;
}
