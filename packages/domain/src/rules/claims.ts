import type { BatchStatus, CallStatus } from "./calls.ts";

/** Longest wait before a run asks again for its claim, in ms: what a lost message may cost. */
export const LONGEST_WAIT_MS = 1_000;
/** Wait while too many dials are without an answer, in ms; short, because another worker's dial may be answered at any moment. */
const UNANSWERED_WAIT_MS = 250;
/** Wait after a claim that lost a race and would now succeed, in ms. */
const RACED_WAIT_MS = 20;

/** A row as a claim found it. */
export interface AskedRow {
  callStatus: CallStatus;
  claimNo: number;
  retellCallId: string | null;
  /** The run that holds the row's claim. */
  claimedBy: string | null;
  /** Age of the row's claim, in ms by PostgreSQL's clock. */
  claimAgeMs: number;
  batchStatus: BatchStatus;
}

/** Why a row cannot be claimed, whatever lines and pace allow. */
export type ClaimRefusal =
  | { kind: "settled"; status: CallStatus }
  | { kind: "braked" }
  | { kind: "live"; retellCallId: string }
  | { kind: "interrupted"; claimNo: number; claimAgeMs: number; claimedBy: string | null };

/** Concludes from a row why it cannot be claimed; null if it may be claimed later. */
export function whyRefused(row: AskedRow): ClaimRefusal | null {
  if (row.callStatus === "in_progress") {
    return row.retellCallId
      ? { kind: "live", retellCallId: row.retellCallId }
      : { kind: "interrupted", claimNo: row.claimNo, claimAgeMs: row.claimAgeMs, claimedBy: row.claimedBy };
  }
  if (row.callStatus !== "pending") return { kind: "settled", status: row.callStatus };
  return row.batchStatus === "in_progress" ? null : { kind: "braked" };
}

/** What lines and pace allow, as a claim found and left them. */
export interface LinesNow {
  limit: number;
  inUse: number;
  /** Dials a second, 0 = no limit. */
  callsPerSecond: number;
  /** Whether dialling is held and no probe may pass. */
  held: boolean;
  /** Whether too many dials are without a clear answer. */
  unanswered: boolean;
  /** Time until the next dial is allowed, in ms; 0 or less: now. */
  nextDialMs: number;
  /** The highest turn that was granted so far. */
  turnNow: number;
}

export type WaitReason = "held" | "lines_full" | "unanswered" | "pace" | "raced";

/** Why a claim was not granted although its row is pending, the longest-lasting reason first, and after how many ms to ask again at the latest. */
export function whyWaiting(lines: LinesNow): { reason: WaitReason; askAfterMs: number } {
  if (lines.held) return { reason: "held", askAfterMs: LONGEST_WAIT_MS };
  if (lines.inUse >= lines.limit) return { reason: "lines_full", askAfterMs: LONGEST_WAIT_MS };
  if (lines.unanswered) return { reason: "unanswered", askAfterMs: UNANSWERED_WAIT_MS };
  if (lines.nextDialMs > 0)
    return { reason: "pace", askAfterMs: Math.min(Math.ceil(lines.nextDialMs), LONGEST_WAIT_MS) };
  return { reason: "raced", askAfterMs: RACED_WAIT_MS };
}

/** How far ahead runs wait for their claims, in s. */
const AHEAD_S = 2;
/** The fewest runs, and the part of the lines, that wait beyond what may be claimed meanwhile. */
const FEWEST_SPARE = 2;
const SPARE_PART = 0.1;
/** The most runs that wait in one process. */
const MOST_WAITING = 200;

/**
 * How many runs without a claim a worker holds: what may be claimed within two seconds, and a few more. Few, because a
 * batch that is launched now waits behind them, whatever its turn.
 */
export function windowOf(lines: LinesNow): number {
  const free = lines.held ? 0 : Math.max(0, lines.limit - lines.inUse);
  const byPace = lines.callsPerSecond > 0 ? Math.ceil(AHEAD_S * lines.callsPerSecond) : Number.POSITIVE_INFINITY;
  const spare = Math.max(FEWEST_SPARE, Math.ceil(SPARE_PART * lines.limit));
  return Math.min(free + spare, byPace + FEWEST_SPARE, MOST_WAITING);
}
