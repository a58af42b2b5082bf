/** The states of a call and the rules that read them. prisma/schema.prisma holds the same words. */
export type CallStatus = "pending" | "in_progress" | "completed" | "failed";
/** Whether a phone may have rung. */
export type Placed = "no" | "yes" | "unknown";
export type CampaignStatus = "active" | "paused";
export type BatchStatus = "in_progress" | "completed" | "cancelled";

/** `error_message` of a call that a stop cancelled; the database ties `cancelled_at` to it. */
export const CANCELLED_BY_USER = "Batch cancelled by user";
/** `error_message` of a call that may have been placed but that Retell never listed. */
export const OUTCOME_UNKNOWN = "Outcome unknown, not redialled";
/** `error_message` of a placed call that Retell no longer knows, so that its end is unknown. */
export const LOST_AT_RETELL = "Lost at Retell";
/** `error_message` of a call whose number must not be dialled. */
export const ON_DO_NOT_CALL_LIST = "On the do-not-call list";
/** `error_message` of a call in a stopped batch that proved not placed only after the receipt was written. */
export const NOT_PLACED = "Not placed";

/** Retell's disconnection reasons of calls that reached a human or a machine (docs.retellai.com /reliability/debug-call-disconnect). */
const REACHED = new Set([
  "user_hangup",
  "agent_hangup",
  "call_transfer",
  "voicemail_reached",
  "ivr_reached",
  "inactivity",
  "max_duration_reached",
  "transfer_bridged",
  "transfer_cancelled",
  "manual_stopped",
  "call_take_over",
]);

/** Reasons after which `unreached` may call a candidate again: nobody was reached, and trying again may help. */
export const RETRIABLE_REASONS = [
  "dial_busy",
  "dial_no_answer",
  "dial_failed",
  "user_declined",
  "telephony_provider_unavailable",
  "sip_routing_error",
  "concurrency_limit_reached",
] as const;

/** The final state that a disconnection reason means. A reason unknown to us counts as a failure. */
export function outcomeOf(reason: string): { callStatus: "completed" | "failed"; errorMessage: string | null } {
  return REACHED.has(reason)
    ? { callStatus: "completed", errorMessage: null }
    : { callStatus: "failed", errorMessage: reason };
}

/** Reasons that concern the account, not the call, so that any other call would fail too (docs.retellai.com, as above). */
const ACCOUNT_REASONS = new Set(["no_valid_payment", "scam_detected"]);

/** Whether a call ended because the account may not call. */
export const isAccountReason = (reason: string): boolean => ACCOUNT_REASONS.has(reason);

/** Characters that people write between the digits of a number. */
const BETWEEN = "[ \u00a0().-]*";
/**
 * International numbers of seven or more digits, however separated, as a pattern that JavaScript and PostgreSQL interpret
 * alike. Its groups hold what a viewer may see: the first digit and the last four.
 */
export const NUMBER_PATTERN = `([+][0-9])(?:${BETWEEN}[0-9]){2,}${`${BETWEEN}([0-9])`.repeat(4)}`;
const NUMBERS = new RegExp(NUMBER_PATTERN, "g");

/** A text as a viewer may see it, with its phone numbers masked as `+1•••••1029`. */
export const maskPhoneNumbers = (text: string): string => text.replace(NUMBERS, "$1•••••$2$3$4$5");
