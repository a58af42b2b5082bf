import { CANCELLED_BY_USER, toldToPeople } from "@ringfence/domain";
import type { Call } from "../../../api/types.ts";

const REASONS: Record<string, string> = {
  user_hangup: "They hung up",
  agent_hangup: "The agent hung up",
  call_transfer: "Transferred",
  voicemail_reached: "Voicemail",
  ivr_reached: "Phone menu reached",
  inactivity: "Nobody spoke",
  max_duration_reached: "Longest duration reached",
  manual_stopped: "Hung up by an operator",
  dial_busy: "Busy",
  dial_no_answer: "No answer",
  dial_failed: "Could not be dialled",
  invalid_destination: "Number not valid",
  user_declined: "Declined",
  marked_as_spam: "Marked as spam",
  telephony_provider_unavailable: "Phone provider away",
  telephony_provider_permission_denied: "Phone provider refused",
  sip_routing_error: "Phone routing error",
  concurrency_limit_reached: "Retell had no line free",
  no_valid_payment: "No valid payment at Retell",
  scam_detected: "Taken for a scam",
  registered_call_timeout: "Not started in time",
  [CANCELLED_BY_USER]: "Cancelled by a stop",
};

/** A reason of Retell's or ours in words; an unknown code with its underscores as spaces. */
export function reasonInWords(reason: string): string {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  if (known) return known;
  return /^[a-z0-9_]+$/.test(reason)
    ? reason.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase())
    : toldToPeople(reason).text;
}

/** The status of a call as people think of it: a cancelled one did not fail. */
export const kindOf = (call: Pick<Call, "call_status" | "cancelled_at">) =>
  call.cancelled_at ? "cancelled" : call.call_status;

/** Why a call ended, null while it has not or if nobody said. */
export const reasonOf = (call: Pick<Call, "disconnection_reason" | "error_message">): string | null =>
  call.disconnection_reason ?? call.error_message;

/** Whether a phone rang, in words. */
export const PLACED_IN_WORDS = {
  no: "No, it was not dialled",
  yes: "Yes, it was dialled",
  unknown: "Not known: the dial got no clear answer",
} as const satisfies Record<Call["placed"], string>;

/** A step of a call, with the time since the step before, in ms. */
export interface Step {
  label: "Created" | "Claimed" | "Dialled" | "Answered" | "Ended" | "Cancelled";
  at: string;
  gapMs: number | null;
}

/** What happened to a call, in the order of time. */
export function stepsOf(call: Call): Step[] {
  const named = [
    { label: "Created", at: call.created_at },
    { label: "Claimed", at: call.claimed_at },
    { label: "Dialled", at: call.dialed_at },
    { label: "Answered", at: call.started_at },
    { label: "Ended", at: call.cancelled_at ? null : call.ended_at },
    { label: "Cancelled", at: call.cancelled_at },
  ] as const;
  return named
    .flatMap(({ label, at }) => (at === null ? [] : [{ label, at }]))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((step, n, all) => ({ ...step, gapMs: n === 0 ? null : Date.parse(step.at) - Date.parse(all[n - 1]!.at) }));
}

/** What Retell's analysis says of a call, as far as it is text. */
export function analysisOf(analysis: unknown): { summary: string | null; sentiment: string | null } {
  const fields = typeof analysis === "object" && analysis !== null ? (analysis as Record<string, unknown>) : {};
  const textOf = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? value : null);
  return { summary: textOf(fields.call_summary), sentiment: textOf(fields.user_sentiment) };
}

/** The address of a recording, null if it is none that a browser should open. */
export const recordingOf = (call: Pick<Call, "recording_url">): string | null =>
  call.recording_url && /^https?:\/\//i.test(call.recording_url) ? call.recording_url : null;
