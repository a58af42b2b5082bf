import { companionOf, drawOrder, ORDER_KINDS } from "./draw-order.ts";
import { type Order, type Step, WORKERS } from "./orders.ts";
import { seededRandom } from "./random.ts";
import { THEMES } from "./themes.ts";

/** All that a trial does; a function of its seed and number alone. */
export interface Plan {
  seed: string;
  trial: number;
  /** How many workers run. */
  workers: number;
  /** Phone numbers of each campaign's candidates. */
  campaigns: string[][];
  limit: number;
  /** Dials a true second, 0 = no limit. */
  callsPerSecond: number;
  steps: Step[];
  /** At the end, campaigns are made active and what remains is launched, so that nobody is left uncalled. */
  finish: boolean;
}

const LEAST_CANDIDATES = 10;
const MOST_CANDIDATES = 40;
const ORDERS = { least: 2, most: 9 };
/** Longest that orders go on coming, in true ms. */
const LONGEST_MS = 70_000;
/** Share of candidates whose last digits say how the call goes. */
const SPECIAL_SHARE = 0.15;

/** Makes the plan of a trial. */
export function planTrial(seed: string, trial: number): Plan {
  const random = seededRandom(`${seed}:${trial}`);
  const campaigns = Array.from({ length: random.chance(0.4) ? 2 : 1 }, (_, campaign) =>
    Array.from({ length: random.whole(LEAST_CANDIDATES, MOST_CANDIDATES) }, (_, n) => {
      const ending = random.chance(SPECIAL_SHARE) ? random.whole(1, 6) : random.whole(1_000, 9_999);
      return `+1${415 + campaign}${100 + n}${String(ending).padStart(4, "0")}`;
    }),
  );
  const span = random.whole(15_000, LONGEST_MS);
  const steps: Step[] = [{ atMs: 0, order: { kind: "launch", campaign: 0, include: "undialed", atOnce: 1 } }];
  if (campaigns.length > 1) {
    const order: Order = { kind: "launch", campaign: 1, include: "undialed", atOnce: 1 };
    steps.push({ atMs: random.whole(0, span / 2), order });
  }
  for (let left = random.whole(ORDERS.least, ORDERS.most); left > 0; left--) {
    const order = drawOrder(random, random.pick(ORDER_KINDS), campaigns.length);
    // What lies in wait for a point lies in wait from the beginning, as often as not.
    const atMs = order.kind === "point" && random.chance(0.5) ? 0 : random.whole(0, span);
    steps.push({ atMs, order });
    const companion = companionOf(random, order, campaigns.length);
    if (companion) steps.push({ atMs: random.whole(0, span), order: companion });
  }
  steps.push(...random.pick(THEMES)(random, campaigns.length));
  // Without a stop or a death in it a trial shows little.
  if (!steps.some(({ order }) => /stop|cancel|kill|point/.test(order.kind))) {
    const order = drawOrder(random, random.pick(["stop", "cancel", "kill", "point"] as const), campaigns.length);
    steps.push({ atMs: random.whole(2_000, span), order });
  }
  return {
    seed,
    trial,
    workers: random.whole(2, WORKERS.length),
    campaigns,
    limit: random.whole(2, 12),
    callsPerSecond: random.pick([0, 0, 1, 2]),
    steps: steps.sort((a, b) => a.atMs - b.atMs),
    finish: random.chance(0.5),
  };
}
