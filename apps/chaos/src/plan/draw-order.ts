import type { FaultSpec, WebhookFaults } from "@ringfence/simulator";
import type { Moment } from "../wire/connection.ts";
import { POINT_NAMES, type Wire } from "../wire/wire-points.ts";
import { type Blow, type Order, type Who, type Whose, WORKERS } from "./orders.ts";
import type { Random } from "./random.ts";

/** How often each kind of order is drawn. */
const WEIGHTS: Record<Order["kind"], number> = {
  launch: 2,
  cancel: 4,
  stop: 4,
  "stop mid-launch": 2,
  hold: 5,
  relaunch: 3,
  lines: 3,
  resume: 1,
  kill: 6,
  terminate: 3,
  freeze: 5,
  cut: 4,
  stall: 2,
  reset: 1,
  delay: 2,
  "end backends": 1,
  restart: 2,
  "empty redis": 2,
  "fail over": 3,
  "request fault": 6,
  "webhook fault": 4,
  account: 3,
  forget: 1,
  point: 14,
};

/** Every kind, as often as its weight. */
export const ORDER_KINDS = (Object.entries(WEIGHTS) as [Order["kind"], number][]).flatMap(([kind, weight]) =>
  Array.from({ length: weight }, () => kind),
);

/** Outages, freezes and downtimes, in true ms: mostly short, sometimes long. */
export const outage = (random: Random): number =>
  random.chance(0.8) ? random.whole(1_000, 12_000) : random.whole(12_000, 45_000);
const mortal = (random: Random): Who => random.pick(["api", ...WORKERS, ...WORKERS]);
const mode = (random: Random) => random.pick(["drain", "drain", "hangup"] as const);
const include = (random: Random) => random.pick(["undialed", "undialed", "unreached"] as const);

/** A wire and whose: the webhooks have one, the simulator's. */
function drawWire(random: Random): { wire: Wire; who: Whose } {
  const wire = random.pick(["postgres", "redis", "retell", "webhooks"] as const);
  if (wire === "webhooks") return { wire, who: "simulator" };
  return { wire, who: random.pick(["all", "workers", "api", ...WORKERS] as const) };
}

export const CREATE = "POST /v2/create-phone-call";
const LIST = "POST /v3/list-calls";

function drawRequestFault(random: Random): FaultSpec {
  const times = random.chance(0.25) ? null : random.whole(1, 8);
  const delayMs = random.whole(1_000, 30_000);
  const match = random.pick([CREATE, CREATE, CREATE, CREATE, LIST, "GET /get-concurrency", "*"] as const);
  // Another refusal than these would be Retell's word that a call was not placed, which after an accepted one is a lie.
  const refusals =
    match === CREATE || match === "*" ? [401, 402, 403, 429, 429, 429, 422, 500, 502, 503] : [429, 500, 503];
  switch (random.whole(0, 7)) {
    case 0:
    case 1:
    case 2:
      return { match, mode: "status", times, status: random.pick(refusals) };
    case 3:
      return { match, mode: "status_after", times, status: random.pick([500, 502]) };
    case 4:
      return { match, mode: random.pick(["reset_before", "reset_after"]), times };
    case 5:
      return { match, mode: "hang_after", times };
    case 6:
      return { match, mode: "slow", times, delayMs };
    default:
      return { match, mode: "late", times, delayMs };
  }
}

function drawWebhookFaults(random: Random): WebhookFaults {
  const share = random.pick([0.3, 0.7, 1]);
  const one = random.pick<WebhookFaults>([
    { lose: share },
    { dup: share },
    { delayMs: random.whole(500, 20_000) },
    { reorder: share },
    { badSig: share },
    { before201: share },
  ]);
  return random.chance(0.3) ? { ...one, dup: 0.5, before201: 0.3 } : one;
}

function drawPoint(random: Random): Order {
  const point = random.pick(POINT_NAMES);
  const moments: Moment[] =
    point === "enqueue" ? ["half", "half", "before", "after"] : ["before", "unanswered", "after"];
  const blows: Blow[] = ["kill", "kill", "freeze", "cut", "stall"];
  return {
    kind: "point",
    point,
    moment: random.pick(moments),
    blow: random.pick(blows),
    nth: random.pick([1, 1, 1, 2, 5]),
    forMs: outage(random),
  };
}

/** Draws the particulars of an order of this kind. */
export function drawOrder(random: Random, kind: Order["kind"], campaigns: number): Order {
  const campaign = random.whole(0, campaigns - 1);
  switch (kind) {
    case "launch":
      return { kind, campaign, include: include(random), atOnce: random.whole(1, 2) };
    case "cancel":
      return { kind, campaign, mode: mode(random) };
    case "stop":
      return { kind, campaign, mode: mode(random), atOnce: random.pick([1, 1, 2, 3]) };
    case "stop mid-launch":
      return { kind, campaign, afterMs: random.whole(0, 400) };
    case "hold":
      return { kind, campaign, what: random.pick(["batch", "campaign"]), forMs: random.whole(500, 15_000) };
    case "relaunch":
      return { kind, campaign, include: include(random) };
    case "lines": {
      const limit = random.whole(1, 15);
      const callsPerSecond = random.pick([0, 0.5, 1, 3]);
      return random.pick<Order>([
        { kind, limit },
        { kind, callsPerSecond },
        { kind, limit, callsPerSecond },
      ]);
    }
    case "kill":
    case "terminate":
      return { kind, who: mortal(random), downMs: random.pick([0, outage(random)]) };
    case "freeze":
      return { kind, who: random.pick(["api", ...WORKERS, ...WORKERS, "simulator"] as const), forMs: outage(random) };
    case "cut":
    case "stall":
      return { kind, ...drawWire(random), forMs: outage(random) };
    case "reset":
      return { kind, ...drawWire(random) };
    case "delay":
      return { kind, ...drawWire(random), forMs: outage(random), byMs: random.whole(100, 3_000) };
    case "restart":
      return { kind, service: random.pick(["postgres", "redis"]), downMs: random.whole(1_000, 15_000) };
    case "request fault":
      return { kind, fault: drawRequestFault(random), forMs: outage(random) };
    case "webhook fault":
      return { kind, faults: drawWebhookFaults(random), forMs: random.whole(5_000, 60_000) };
    case "account":
      return {
        kind,
        patch: random.pick([
          { keyRevoked: true },
          { paymentRequired: true },
          { concurrencyLimit: random.whole(1, 4) },
          { foreignCalls: random.whole(90, 100) },
          { callsPerSecond: random.whole(1, 3) },
          { listLagMs: random.whole(1_000, 20_000) },
        ]),
        forMs: outage(random),
      };
    case "point":
      return drawPoint(random);
    default:
      return { kind } as Order; // those without particulars: resume, end backends, empty redis, forget
  }
}

/** What brings a process to a named point that it may never come to by itself; null where it does, or luck must do. */
export function companionOf(random: Random, order: Order, campaigns: number): Order | null {
  if (order.kind !== "point") return null;
  const refusal = (status: number): Order => ({
    kind: "request fault",
    fault: { match: CREATE, mode: "status", status, times: order.nth + random.whole(0, 2) },
    forMs: 0,
  });
  switch (order.point) {
    case "brake":
    case "flip":
    case "look":
    case "figures":
    case "store receipt":
      return drawOrder(random, random.pick(["stop", "cancel"] as const), campaigns);
    case "pause campaign":
      return drawOrder(random, "stop", campaigns);
    case "launch rows":
    case "launch commit":
    case "enqueue":
    case "note enqueued":
      return drawOrder(random, "stop mid-launch", campaigns);
    case "release":
      return refusal(random.pick([429, 429, 401]));
    case "refuse":
      return refusal(422);
    case "hold":
      return refusal(random.pick([401, 402, 403]));
    case "record unknown":
    case "list-calls":
      return refusal(random.pick([500, 502, 503]));
    case "give up":
      return refusal(500);
    default:
      return null;
  }
}
