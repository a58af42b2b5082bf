import type { WaitingCalls, WaitingReason } from "../contract/http/waiting.ts";

/** Who holds something since when, and why; `at` null: nobody does. */
interface HoldFacts {
  at: Date | null;
  by: string | null;
  reason: string | null;
}

/** What decides whether the pending calls of a batch are dialled, all from one instant. */
export interface WaitingFacts {
  now: Date;
  /** Whether the batch is in progress: nobody else of it is dialled otherwise. */
  open: boolean;
  pending: number;
  campaign: HoldFacts;
  batch: HoldFacts;
  /** Why the lines are held, and when the next probe is due. */
  linesHeld: string | null;
  probeAt: Date | null;
  queueAway: boolean;
  workers: number;
  /** How long PostgreSQL took to say all this, in ms. */
  answerMs: number;
  inUse: number;
  limit: number;
  /** Calls of this batch in progress. */
  ownInUse: number;
  callsPerSecond: number;
  nextDialAt: Date;
  /** Whether Retell's 429s, not the pace, delay the next dial. */
  slowed: boolean;
  /** Dials of this batch within the last minutes, how long ago the first of them was, and the mean time until their calls ended, in ms. */
  dials: number;
  overMs: number;
  meanMs: number;
}

/** From this time for a small read on, PostgreSQL keeps calls from being dialled, in ms. */
const SLOW_ANSWER_MS = 1_000;
/** Fewer dials than this give no pace. */
const LEAST_DIALS = 3;
/** While one of these applies nobody of the batch can be dialled. */
const STANDSTILL: readonly WaitingReason[] = ["campaign_held", "batch_held", "lines_held", "queue_away", "no_worker"];

/** Every reason that keeps a pending call of the batch from being dialled now, each once, in the contract's order. */
export function whyWaits(facts: WaitingFacts): WaitingCalls[] {
  const { pending, nextDialAt, now } = facts;
  if (!facts.open || pending === 0) return [];
  const of = (reason: WaitingReason, detail: string | null, until: Date | null = null): WaitingCalls => ({
    reason,
    calls: pending,
    until,
    detail,
  });
  const ahead = nextDialAt > now;
  const others = facts.inUse - facts.ownInUse;
  return [
    ...(facts.campaign.at ? [of("campaign_held", inWords(facts.campaign.at, facts.campaign))] : []),
    ...(facts.batch.at ? [of("batch_held", inWords(facts.batch.at, facts.batch))] : []),
    ...(facts.linesHeld !== null ? [of("lines_held", facts.linesHeld, facts.probeAt)] : []),
    ...(facts.queueAway ? [of("queue_away", "Redis is away or takes no write")] : []),
    ...(facts.workers === 0 ? [of("no_worker", "No worker is alive")] : []),
    ...(facts.answerMs >= SLOW_ANSWER_MS
      ? [of("database_slow", `PostgreSQL took ${(facts.answerMs / 1_000).toFixed(1)} s for a small read`)]
      : []),
    ...(facts.inUse >= facts.limit
      ? [of("lines_full", `${facts.inUse} of ${facts.limit} lines are in use, ${others} by other batches`)]
      : []),
    ...(ahead && !facts.slowed
      ? [
          of(
            "pace",
            `At most ${facts.callsPerSecond} ${facts.callsPerSecond === 1 ? "dial" : "dials"} a second`,
            nextDialAt,
          ),
        ]
      : []),
    ...(ahead && facts.slowed ? [of("slowed", "Retell asks for slower dialling (429)", nextDialAt)] : []),
  ];
}

const inWords = (at: Date, { by, reason }: HoldFacts): string =>
  `By ${by ?? "hand"} since ${at.toISOString()}${reason ? `: ${reason}` : ""}`;

/** When the next dial is allowed and when the last call will have ended; null while nobody of the batch can be dialled. */
export function whenDone(
  facts: WaitingFacts,
  reasons: readonly WaitingCalls[],
): { next: Date | null; finish: Date | null } {
  const still = !facts.open || reasons.some(({ reason }) => STANDSTILL.includes(reason));
  if (still || facts.pending === 0) return { next: null, finish: null };
  const { now, nextDialAt, dials, overMs, meanMs, pending } = facts;
  const finish = dials < LEAST_DIALS ? null : new Date(now.getTime() + pending * (overMs / dials) + meanMs);
  return { next: new Date(Math.max(nextDialAt.getTime(), now.getTime())), finish };
}
