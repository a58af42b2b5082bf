import type { RingfenceError } from "@ringfence/client";
import type { Receipt } from "../../api/types.ts";
import { count, counted } from "../../parts/format.ts";

/** A receipt in words for people. */
export interface ReceiptWords {
  title: string;
  /** What was done, one sentence per item. */
  lines: string[];
}

const others = (one: boolean, singular: string, plural: string): string => (one ? singular : plural);

/** Puts the receipt of a stop into words: what it cancelled, what still goes on, whether the campaign is paused. */
export function receiptWords(receipt: Receipt): ReceiptWords {
  const { cancelled_now, cancelled_calls, in_progress_calls: live, mode } = receipt;
  const whole = receipt.batch_id === null;
  const lines: string[] = [];
  if (cancelled_now === 0) {
    const before = `${counted(cancelled_calls, "call")} had been cancelled before`;
    lines.push(
      cancelled_calls > 0
        ? `${whole ? "No call was pending" : "The batch was already stopped"}: ${before}.`
        : "No call was pending, so none was cancelled.",
    );
  } else if (cancelled_calls > cancelled_now) {
    lines.push(`With those from before, ${count(cancelled_calls)} are cancelled in all.`);
  }
  if (live === 0) lines.push("No call is active any more.");
  else if (mode === "hangup") lines.push(`${counted(live, "call")} ${others(live === 1, "is", "are")} being hung up.`);
  else lines.push(`${counted(live, "call")} ${others(live === 1, "is", "are")} finishing. No other will be dialled.`);
  if (whole) lines.push("The campaign is paused.");
  return {
    title: cancelled_now === 0 ? "Nothing was left to cancel" : `${counted(cancelled_now, "call")} cancelled`,
    lines,
  };
}

/** The next step after a stop; `remaining` is how many a launch would call, null if not known. */
export function resumeWords(receipt: Receipt, remaining: number | null): string {
  if (remaining === 0) return "Nobody is left to call.";
  const batch = `Launch Calls starts a fresh batch of the remaining ${remaining === null ? "candidates" : count(remaining)}`;
  return receipt.batch_id === null ? `To resume: Activate the campaign, then ${batch}.` : `To resume: ${batch}.`;
}

/** Why the API did not stop, and whether that is harmless. */
export function refusalWords(of: "batch" | "campaign", error: RingfenceError): ReceiptWords & { harmless: boolean } {
  const say = (title: string, line: string, harmless = false) => ({ title, lines: [line], harmless });
  switch (error.code) {
    case "batch_completed":
      return say("Nothing was left to cancel", "The batch is completed: all of its calls have ended.", true);
    case "forbidden":
      return say(
        "Not stopped: not allowed",
        "Your key may not stop calls. Ask an operator or an admin to stop them now.",
      );
    case "not_found":
      return say(`Not stopped: no such ${of}`, `There is no ${of} with this address. Look for it among the campaigns.`);
    case "unauthenticated":
      return say(
        "Not stopped: signed out",
        "You were signed out before the stop was accepted. Sign in and stop again.",
      );
    default:
      return say("Not stopped", `${error.detail}. Calls may still be dialled.`);
  }
}
