import type { BatchStatus, CallStatus } from "./calls.ts";

/** Longest wait of a refused claim, in ms: the pause it sets holds back the whole queue, resumed calls too. */
export const LONGEST_WAIT_MS = 1_000;
/** Wait after a claim that found every line in use, or Retell silent, in ms; short, because that may end at any moment. */
const LINES_FULL_WAIT_MS = 250;
/** Wait after a claim that lost a race and would now succeed, in ms. */
const RACED_WAIT_MS = 20;

/** What a claim that was not granted found, all of it read in one statement. */
export interface ClaimView {
  callStatus: CallStatus;
  claimNo: number;
  retellCallId: string | null;
  /** The run whose claim is on the row. */
  claimedBy: string | null;
  /** ms since the claim that is on the row, by PostgreSQL's clock. */
  claimAgeMs: number;
  batchStatus: BatchStatus;
  held: boolean;
  linesFull: boolean;
  /** Too many dials have no clear answer. */
  unanswered: boolean;
  /** ms until the pace allows the next dial. */
  paceMs: number;
}

/** Why a claim was not granted, and what its run may do instead. */
export type ClaimRefusal =
  | { kind: "settled"; status: CallStatus }
  | { kind: "braked" }
  | { kind: "live"; retellCallId: string }
  | { kind: "interrupted"; claimNo: number; claimAgeMs: number; claimedBy: string | null }
  | { kind: "refused"; reason: "held" | "lines_full" | "unanswered" | "pace" | "raced"; retryAfterMs: number };

/** Reads from the row and the lines why a claim was not granted. */
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
