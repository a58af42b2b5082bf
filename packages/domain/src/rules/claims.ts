import type { BatchStatus, CallStatus } from "./calls.ts";

/** Longest wait of a refused claim, in ms: the wait holds back the whole queue, resumed calls included. */
export const LONGEST_WAIT_MS = 1_000;
/** Wait after a claim that found every line in use or Retell silent, in ms; short, because either may end at any moment. */
const LINES_FULL_WAIT_MS = 250;
/** Wait after a claim that lost a race and would now succeed, in ms. */
const RACED_WAIT_MS = 20;

/** The state that refused a claim, read in one statement. */
export interface ClaimView {
  callStatus: CallStatus;
  claimNo: number;
  retellCallId: string | null;
  /** The run that holds the row's claim. */
  claimedBy: string | null;
  /** Age of the row's claim, in ms by PostgreSQL's clock. */
  claimAgeMs: number;
  batchStatus: BatchStatus;
  held: boolean;
  linesFull: boolean;
  /** Whether too many dials have no clear answer. */
  unanswered: boolean;
  /** Time until the pace allows the next dial, in ms. */
  paceMs: number;
}

/** Why a claim was refused, and what its run may do instead. */
export type ClaimRefusal =
  | { kind: "settled"; status: CallStatus }
  | { kind: "braked" }
  | { kind: "live"; retellCallId: string }
  | { kind: "interrupted"; claimNo: number; claimAgeMs: number; claimedBy: string | null }
  | { kind: "refused"; reason: "held" | "lines_full" | "unanswered" | "pace" | "raced"; retryAfterMs: number };

/** Concludes from row and lines why a claim was refused. */
export function whyRefused(view: ClaimView): ClaimRefusal {
  if (view.callStatus === "in_progress") {
    return view.retellCallId
      ? { kind: "live", retellCallId: view.retellCallId }
      : {
          kind: "interrupted",
          claimNo: view.claimNo,
          claimAgeMs: view.claimAgeMs,
          claimedBy: view.claimedBy,
        };
  }
  if (view.callStatus !== "pending") return { kind: "settled", status: view.callStatus };
  if (view.batchStatus !== "in_progress") return { kind: "braked" };
  if (view.held) return { kind: "refused", reason: "held", retryAfterMs: LONGEST_WAIT_MS };
  if (view.linesFull) return { kind: "refused", reason: "lines_full", retryAfterMs: LINES_FULL_WAIT_MS };
  if (view.unanswered) return { kind: "refused", reason: "unanswered", retryAfterMs: LINES_FULL_WAIT_MS };
  if (view.paceMs > 0)
    return { kind: "refused", reason: "pace", retryAfterMs: Math.min(Math.ceil(view.paceMs), LONGEST_WAIT_MS) };
  return { kind: "refused", reason: "raced", retryAfterMs: RACED_WAIT_MS };
}
