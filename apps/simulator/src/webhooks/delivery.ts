import type { Ledger } from "../calls/ledger.ts";
import { createSlots } from "../calls/slots.ts";
import type { Timers } from "../calls/timers.ts";
import { createPoster, type Posting } from "./post.ts";
import { sign } from "./signature.ts";

/** Before the second, third and fourth attempt; scaled by timeScale. */
const RETRY_AFTER_MS = [1_000, 5_000, 25_000] as const;

/** Deliveries at once. More than that wait, unsigned and with their time-out not yet running, so that a burst does not time itself out. */
const MAX_AT_ONCE = 256;

/** One event of one call on its way to one address. The body is fixed when the event happens. */
export interface Delivery {
  url: string;
  body: string;
  event: string;
  retellCallId: string;
  ourId: string | null;
  timeoutMs: number;
  /** Signed with a wrong key. */
  badSig: boolean;
}

/** Sends webhooks, with retries. */
export interface Courier {
  /** Resolves after the first attempt; up to three more follow by themselves. Never rejects. */
  deliver(delivery: Delivery): Promise<void>;
  /** Breaks off everything under way. */
  abort(): void;
  /** Aborts, and lets go of the connections. */
  close(): void;
}

/** Creates a courier that signs with this key and notes every attempt in the ledger. */
export function createCourier(deps: { key: string; timers: Timers; timeScale: number; ledger: Ledger }): Courier {
  const { key, timers, timeScale, ledger } = deps;
  const poster = createPoster();
  const slots = createSlots(MAX_AT_ONCE);
  const underWay = new Set<Posting>();
  /** Raised by every abort: what began before it, even what has not been sent yet, goes no further. */
  let era = 0;
  let closed = false;

  const attempt = async (delivery: Delivery, nth: number): Promise<void> => {
    const begun = era;
    await slots.take();
    if (closed || begun !== era) return slots.give();
    const at = Date.now();
    const signature = sign(delivery.body, delivery.badSig ? `not ${key}` : key, at);
    const headers = { "content-type": "application/json", "x-retell-signature": signature };
    const posting = poster.post(delivery.url, headers, delivery.body);
    underWay.add(posting);
    const cancelTimeout = timers.after(delivery.timeoutMs, posting.abort);
    const status = await posting.answered;
    cancelTimeout();
    slots.give();
    if (begun !== era) return;
    underWay.delete(posting);
    const { ourId, retellCallId, event } = delivery;
    ledger.webhook({ at, call_id: ourId, retell_call_id: retellCallId, event, attempt: nth, status });
    if (status !== null && status >= 200 && status < 300) return;
    const wait = RETRY_AFTER_MS[nth - 1];
    if (wait !== undefined) timers.after(wait * timeScale, () => void attempt(delivery, nth + 1));
  };

  return {
    deliver: (delivery) => attempt(delivery, 1),
    abort() {
      era += 1;
      slots.clear();
      const aborted = [...underWay];
      underWay.clear();
      for (const posting of aborted) posting.abort();
    },
    close() {
      closed = true;
      this.abort();
      poster.close();
    },
  };
}
