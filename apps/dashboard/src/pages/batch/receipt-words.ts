import type { Receipt } from "../../api/types.ts";
import { count, counted } from "../../parts/format.ts";

/** What a stop did, what still goes on, and how to go on, in sentences. */
export interface ReceiptWords {
  title: string;
  lines: string[];
}

/** A receipt in words. `remaining` = candidates a launch would take now, null if not known yet. */
export function receiptWords(receipt: Receipt, remaining: number | null): ReceiptWords {
  const { cancelled_now, cancelled_calls, in_progress_calls, batch_id, mode } = receipt;
  const whole = batch_id === null;
  const cancelled =
    cancelled_now > 0
      ? `${counted(cancelled_now, "call")} cancelled.`
      : cancelled_calls > 0
        ? `Nothing was left to cancel: ${counted(cancelled_calls, "call")} had been cancelled before.`
        : "Nothing was left to cancel.";
  const live =
    in_progress_calls === 0
      ? "No call is in progress."
      : mode === "hangup"
        ? `${counted(in_progress_calls, "call")} in progress ${in_progress_calls === 1 ? "is" : "are"} being hung up.`
        : `${counted(in_progress_calls, "call is", "calls are")} finishing. Nobody else is dialled.`;
  return {
    title: whole ? "All calling of this campaign is stopped" : "The batch is paused",
    lines: [cancelled, live, ...(whole ? ["The campaign is paused."] : []), resume(whole, remaining)],
  };
}

function resume(whole: boolean, remaining: number | null): string {
  if (remaining === 0) return "Nobody is left to call.";
  const rest = remaining === null ? "whoever was not called" : `the remaining ${count(remaining)}`;
  return `To resume${whole ? ", activate the campaign; then" : ":"} Launch Calls starts a fresh batch of ${rest}.`;
}
