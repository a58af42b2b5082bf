import type { Receipt } from "@ringfence/domain";
import type { Span } from "../clock.ts";
import type { Plan } from "../plan/plan.ts";
import type { Times } from "../plan/timings.ts";
import type { World } from "../world/world.ts";
import type { Timeline } from "./timeline.ts";

/** A receipt as the client got it. */
export interface ReceivedReceipt {
  /** When it arrived here, in ms since 1970. */
  receivedAt: number;
  receipt: Receipt;
}

/** A hold, from the answer to it until its end was asked for, by whomever. */
export interface HeldSpan extends Span {
  batchIds: readonly string[];
  /** The path of what is held: its flag. */
  flag: string;
}

/** A change of the lines; it took effect at some instant of its span. */
export interface LineChange extends Span {
  limit: number;
  /** Real dials a second, 0 = no limit. */
  callsPerSecond: number;
}

/** What the lines row said at one instant. */
export interface LineSample {
  inUse: number;
  limit: number;
}

/** Counts of what was done to a trial. */
export interface Counts {
  kills: number;
  freezes: number;
  outages: number;
  faults: number;
  flushes: number;
  restarts: number;
  failovers: number;
  /** How often each named point was struck: "claim, unanswered: kill". */
  points: Record<string, number>;
  /** Points that lay in wait and were not reached. */
  unreached: number;
}

/** All that a trial knows and has seen. */
export interface TrialState {
  plan: Plan;
  world: World;
  times: Times;
  timeline: Timeline;
  /** Ends outages early when the trial is over. */
  lifted: AbortSignal;
  campaigns: { id: string; batchIds: string[] }[];
  receipts: ReceivedReceipt[];
  holds: HeldSpan[];
  lineChanges: LineChange[];
  samples: LineSample[];
  /** What a client was told that it should not have been. */
  complaints: string[];
  counts: Counts;
}

export const noCounts = (): Counts => ({
  kills: 0,
  freezes: 0,
  outages: 0,
  faults: 0,
  flushes: 0,
  restarts: 0,
  failovers: 0,
  points: {},
  unreached: 0,
});

/** The lines in force, as far as the client knows. */
export const linesNow = (state: Pick<TrialState, "lineChanges">): LineChange => state.lineChanges.at(-1)!;
