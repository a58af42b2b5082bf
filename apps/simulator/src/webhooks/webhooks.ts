import { z } from "zod";
import type { PhoneCall } from "../api/views.ts";
import type { CallRecord } from "../calls/calls.ts";
import { Chance, happens, type Random } from "../calls/chance.ts";
import type { Ledger } from "../calls/ledger.ts";
import type { Timers } from "../calls/timers.ts";
import type { Account } from "../options.ts";
import type { Courier, Delivery } from "./delivery.ts";

/** The events a call sends unless it asks for others; the ones this simulator has. */
export const DEFAULT_EVENTS = ["call_started", "call_ended", "call_analyzed"] as const;
/** One of the events above. */
export type WebhookEvent = (typeof DEFAULT_EVENTS)[number];

/** How webhooks go wrong; each chance is rolled once an event. */
export const WebhookFaults = z.strictObject({
  /** Never sent. */
  lose: Chance.optional(),
  /** Sent twice at once. */
  dup: Chance.optional(),
  /** Sent so many real milliseconds late. */
  delayMs: z.number().min(0).optional(),
  /** Sent after the next event of the same call. The last event of a call cannot be held back so. */
  reorder: Chance.optional(),
  /** Signed with another key, in every attempt. */
  badSig: Chance.optional(),
  /** The call's first event is delivered before its create is answered. */
  before201: Chance.optional(),
  /** The events all this is about; default: all. */
  events: z.array(z.enum(DEFAULT_EVENTS)).optional(),
});
/** See the schema of the same name. */
export type WebhookFaults = z.infer<typeof WebhookFaults>;

/** Turns events of calls into deliveries, or spoils them. */
export interface Webhooks {
  /** Resolves when the first attempt is over, or at once if nothing is sent now. Never rejects. */
  emit(call: CallRecord, event: WebhookEvent, view: PhoneCall): Promise<void>;
  /** Replaces the faults; `{}` ends them. */
  setFaults(faults: WebhookFaults): void;
  /** Rolls whether the next call's first event comes before the answer to its create. */
  rollBefore201(): boolean;
  /** Ends the faults, drops what is held back and breaks off what is under way. */
  clear(): void;
}

interface Deps {
  courier: Courier;
  ledger: Ledger;
  timers: Timers;
  random: Random;
  account: () => Account;
}

/** Creates the webhooks of one workspace, faultless at first. */
export function createWebhooks({ courier, ledger, timers, random, account }: Deps): Webhooks {
  let faults: WebhookFaults = {};
  const held = new Map<string, () => void>();

  const send = async (delivery: Delivery, chances: WebhookFaults): Promise<void> => {
    const { event, ourId, retellCallId } = delivery;
    if (happens(chances.lose, random)) {
      const at = Date.now();
      ledger.webhook({ at, call_id: ourId, retell_call_id: retellCallId, event, attempt: 0, status: null });
      return;
    }
    const signed = { ...delivery, badSig: happens(chances.badSig, random) };
    const times = happens(chances.dup, random) ? 2 : 1;
    const { delayMs = 0 } = chances;
    if (delayMs > 0) await new Promise<void>((resolve) => timers.after(delayMs, resolve));
    await Promise.all(Array.from({ length: times }, () => courier.deliver(signed)));
  };

  const prepare = (call: CallRecord, event: WebhookEvent, view: PhoneCall): Delivery | undefined => {
    const url = call.webhook.url ?? account().webhookUrl;
    if (!url || !call.webhook.events.includes(event)) return undefined;
    const body = JSON.stringify({ event, call: view });
    const { id: retellCallId, ourId } = call;
    return { url, body, event, retellCallId, ourId, timeoutMs: call.webhook.timeoutMs, badSig: false };
  };

  const isLast = (call: CallRecord, event: WebhookEvent) =>
    event === "call_analyzed" || (event === "call_ended" && call.outcome.analyzeMs === null);

  return {
    async emit(call, event, view) {
      const general = faults.events && !faults.events.includes(event) ? {} : faults;
      const { lose = general.lose, dup = general.dup, badSig = general.badSig } = call.outcome.faults;
      const chances = { ...general, lose, dup, badSig };
      const delivery = prepare(call, event, view);
      const release = held.get(call.id);
      if (delivery && !release && !isLast(call, event) && happens(chances.reorder, random)) {
        held.set(call.id, () => void send(delivery, { ...chances, delayMs: 0 }));
        return;
      }
      if (delivery) await send(delivery, chances);
      if (release && held.delete(call.id)) release(); // unless reset or closed meanwhile
    },
    setFaults(next) {
      faults = WebhookFaults.parse(next);
    },
    rollBefore201: () => happens(faults.before201, random),
    clear() {
      faults = {};
      held.clear();
      courier.abort();
    },
  };
}
