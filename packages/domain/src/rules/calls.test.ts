import { maskPhoneNumbers, outcomeOf, RETRIABLE_REASONS } from "./calls.ts";

const REACHED = [
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
];
/** The rest of Retell's 34 reasons, by class. */
const NOT_REACHED = [
  "dial_busy",
  "dial_no_answer",
  "dial_failed",
  "user_declined",
  "invalid_destination",
  "telephony_provider_permission_denied",
  "marked_as_spam",
  "telephony_provider_unavailable",
  "sip_routing_error",
  "concurrency_limit_reached",
  "error_llm_websocket_open",
  "error_llm_websocket_lost_connection",
  "error_llm_websocket_runtime",
  "error_llm_websocket_corrupt_payload",
  "error_no_audio_received",
  "error_asr",
  "error_retell",
  "error_unknown",
  "no_valid_payment",
  "scam_detected",
  "registered_call_timeout",
  "error_user_not_joined",
  "no_concurrency_fallback",
];
const UNKNOWN_TO_US = [
  "machine_detected",
  "error_twilio",
  "User_Hangup",
  " user_hangup",
  "constructor",
  "__proto__",
  "of next year",
];

test("Retell has 34 reasons", () => expect(new Set([...REACHED, ...NOT_REACHED]).size).toBe(34));

test.each(REACHED)("%s is a completed call", (reason) =>
  expect(outcomeOf(reason)).toEqual({ callStatus: "completed", errorMessage: null }),
);

test.each([...NOT_REACHED, ...UNKNOWN_TO_US])("%s is a failed call with the reason as its message", (reason) =>
  expect(outcomeOf(reason)).toEqual({ callStatus: "failed", errorMessage: reason }),
);

test("exactly the contract's seven reasons, all of unreached calls, allow a retry", () => {
  expect([...RETRIABLE_REASONS].sort()).toEqual([
    "concurrency_limit_reached",
    "dial_busy",
    "dial_failed",
    "dial_no_answer",
    "sip_routing_error",
    "telephony_provider_unavailable",
    "user_declined",
  ]);
  for (const reason of RETRIABLE_REASONS) expect(outcomeOf(reason).callStatus).toBe("failed");
});

test.each([
  ["+14155551029", "+1•••••1029"],
  ["+4915112345678", "+4•••••5678"],
  ["+298123456", "+2•••••3456"],
  ["+1 415-555-0100", "+1•••••0100"],
  ["+1 (415) 555.01 00 or +49\u00a0151 123 456", "+1•••••0100 or +4•••••3456"],
  ["call +14155551029, then +14155551030.", "call +1•••••1029, then +1•••••1030."],
  ["+123456 is none, nor is 2026-11-25 10:00", "+123456 is none, nor is 2026-11-25 10:00"],
])("%s is shown as %s", (text, masked) => expect(maskPhoneNumbers(text)).toBe(masked));
