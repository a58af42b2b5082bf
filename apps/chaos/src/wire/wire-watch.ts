import { now } from "../clock.ts";
import type { Who } from "../plan/orders.ts";
import type { WireState } from "./connection.ts";

/** A create-call request as it left a worker. */
export interface WireDial {
  /** When its first bytes came, in ms since 1970. */
  at: number;
  who: Who;
  callId: string;
  batchId: string;
}

const CREATE = "POST /v2/create-phone-call";
type Watch = NonNullable<WireState["watch"]>;

/** A request's ids come within so many characters. */
const LONGEST_TEXT = 16_000;

/** Notes every create-call request of a worker; the dialer uses a connection once. */
export function watchDials(dials: WireDial[], who: Who): Watch {
  const begun = new WeakMap<object, { at: number; text: string; done: boolean }>();
  return (data, connection) => {
    const request = begun.get(connection) ?? { at: now(), text: "", done: false };
    begun.set(connection, request);
    if (request.done || request.text.length > LONGEST_TEXT) return;
    request.text += data.toString("latin1");
    if (request.text.length >= CREATE.length && !request.text.startsWith(CREATE)) request.done = true;
    if (request.done || !request.text.startsWith(CREATE)) return;
    const callId = /"call_id":"([^"]+)"/.exec(request.text)?.[1];
    const batchId = /"batch_id":"([^"]+)"/.exec(request.text)?.[1];
    if (!callId || !batchId) return;
    request.done = true;
    request.text = "";
    dials.push({ at: request.at, who, callId, batchId });
  };
}
