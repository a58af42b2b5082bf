import { CANCELLED_BY_USER } from "./calls.ts";
import { toldToPeople } from "./retell-words.ts";

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

/** A reason, Retell's or ours, in words; an unknown code with spaces for underscores. */
export function reasonInWords(reason: string): string {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  if (known) return known;
  return /^[a-z0-9_]+$/.test(reason)
    ? reason.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase())
    : toldToPeople(reason).text;
}
