import { CREATE, companionOf, drawOrder, outage } from "./draw-order.ts";
import type { Order, Step } from "./orders.ts";
import type { Random } from "./random.ts";

/** Steps that only together put a promise to the test; their times are those of a trial that begins at 0. */
type Theme = (random: Random, campaigns: number) => Step[];

/** Themes begin while there is still somebody to call, in true ms. */
const beginning = (random: Random): number => random.whole(500, 9_000);
/** Between two launches of a theme, in true ms: the longest stop, and some. */
const ROUND_MS = 20_000;
const MOST_ROUNDS = 3;
const ALL_ROUNDS_MS = MOST_ROUNDS * ROUND_MS;
const STOP: Order = { kind: "stop", campaign: 0, mode: "drain", atOnce: 1 };
const aStop = (random: Random, campaigns: number): Order =>
  drawOrder(random, random.pick(["stop", "stop", "cancel"] as const), campaigns);

/** Launches and stops in turn: each stop comes while the lines are just being taken. */
const rounds = (random: Random, fromMs: number, campaigns: number): Step[] =>
  Array.from({ length: random.whole(2, MOST_ROUNDS) }, (_, n) => fromMs + n * ROUND_MS).flatMap((atMs, n) => [
    ...(n > 0 ? [{ atMs, order: { kind: "relaunch", campaign: 0, include: "undialed" } as const }] : []),
    { atMs: atMs + random.whole(2_000, 12_000), order: n > 0 ? STOP : aStop(random, campaigns) },
  ]);

/** Stops while claims are answered late, some of them too late to dial. */
const stopsUnderSlowClaims: Theme = (random, campaigns) => {
  const delay: Order = {
    kind: "delay",
    wire: "postgres",
    who: "workers",
    forMs: ALL_ROUNDS_MS,
    byMs: random.whole(100, 1_500),
  };
  const late = (nth: number): Order => ({
    kind: "point",
    point: "claim",
    moment: "unanswered",
    blow: "stall",
    nth,
    forMs: random.whole(3_000, 40_000),
  });
  const slow = random.chance(0.5) ? [delay] : [late(1), late(4), late(9)];
  return [...slow.map((order) => ({ atMs: 0, order })), ...rounds(random, 0, campaigns)];
};

/** Stops while dials are refused, and the refusals are long on their way. */
const stopsUnderLateRefusals: Theme = (random, campaigns) => {
  const status = random.pick([429, 429, 401]);
  const forMs = ALL_ROUNDS_MS;
  return [
    { atMs: 0, order: { kind: "delay", wire: "retell", who: "workers", forMs, byMs: random.whole(300, 3_500) } },
    { atMs: 0, order: { kind: "request fault", fault: { match: CREATE, mode: "status", status, times: null }, forMs } },
    ...rounds(random, 0, campaigns),
  ];
};

/** Calls are made, but no answer says so, and no webhook either. */
const acceptedUnanswered: Theme = (random) => {
  const atMs = beginning(random);
  const modes = ["status_after", "reset_after", "hang_after", "slow", "late"] as const;
  const fault = (): Order => ({
    kind: "request fault",
    fault: { match: CREATE, mode: random.pick(modes), times: random.whole(1, 3), delayMs: random.whole(6_000, 30_000) },
    forMs: 0,
  });
  const silence = random.pick<Order>([
    { kind: "webhook fault", faults: { lose: 1 }, forMs: outage(random) },
    { kind: "cut", wire: "webhooks", who: "simulator", forMs: outage(random) },
    { kind: "account", patch: { listLagMs: random.whole(5_000, 40_000) }, forMs: 60_000 },
  ]);
  return [
    { atMs, order: silence },
    { atMs: atMs + random.whole(0, 500), order: fault() },
    { atMs: atMs + random.whole(500, 6_000), order: fault() },
  ];
};

/** Several named points at once, each with what leads to it. */
const manyPoints: Theme = (random, campaigns) =>
  Array.from({ length: random.whole(2, 4) }, () => drawOrder(random, "point", campaigns)).flatMap((order) => {
    const companion = companionOf(random, order, campaigns);
    return [{ atMs: 0, order }, ...(companion ? [{ atMs: beginning(random), order: companion }] : [])];
  });

/** Workers die one after another while they hold calls. */
const manyDeaths: Theme = (random) =>
  Array.from({ length: random.whole(3, 6) }, () => ({
    atMs: random.whole(500, 40_000),
    order: drawOrder(random, random.pick(["kill", "kill", "terminate", "freeze"] as const), 1),
  }));

/** One of these is part of every plan; the first leaves it to chance alone. */
export const THEMES: readonly Theme[] = [
  () => [],
  stopsUnderSlowClaims,
  stopsUnderSlowClaims,
  stopsUnderLateRefusals,
  stopsUnderLateRefusals,
  acceptedUnanswered,
  acceptedUnanswered,
  manyPoints,
  manyPoints,
  manyDeaths,
];
