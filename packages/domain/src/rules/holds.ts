/**
 * The causes of a hold, which stops all dialling. `barred`: Retell answers 401, 402 or 403. `account`: calls end because
 * the account may not call. `refused`: consecutive calls are refused alike. `unknown`: consecutive dials end without a
 * clear answer.
 */
export type HoldKind = "barred" | "account" | "refused" | "unknown";

/** How many consecutive dials without a clear answer hold dialling: each may have cost a candidate. */
export const MOST_UNKNOWN_IN_A_ROW = 3;
/** Seconds of pace that may be dialled without any answer. Beyond that Retell hangs, and each dial may cost a candidate. */
export const UNANSWERED_PACE_S = 3;
/** How many equal consecutive refusals hold dialling: the cause is then not the numbers. */
export const MOST_REFUSED_IN_A_ROW = 5;

/** Waits between the probes of a hold, in ms; the last one repeats. */
const PROBE_WAITS_MS = [5_000, 10_000, 20_000, 40_000, 60_000];
/** Wait before a probe that may cost a candidate, in ms; doubled each time without a cap, so that an hour costs six. */
const UNKNOWN_PROBE_WAIT_MS = 30_000;
/** Doublings after which the wait is longer than any outage, and still a number of ms that PostgreSQL can add to a time. */
const MOST_DOUBLINGS = 20;
/** Pauses after 429s in a row, in ms; the last one repeats. */
const SLOW_WAITS_MS = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

const stepOf = (waits: readonly number[], step: number): number => waits[Math.min(step, waits.length - 1)]!;

/** Time until a hold's next probe after `before` probes, in ms. */
export const probeWaitMs = (kind: HoldKind, before: number): number =>
  kind === "unknown" ? UNKNOWN_PROBE_WAIT_MS * 2 ** Math.min(before, MOST_DOUBLINGS) : stepOf(PROBE_WAITS_MS, before);
/** Pause in dialling after a 429 that followed `inARow` others, in ms. */
export const slowWaitMs = (inARow: number): number => stepOf(SLOW_WAITS_MS, inARow);

/** Why dialling is held, for people. */
export const heldReason = {
  barred: (status: number): string =>
    ({
      401: "Retell refused the key (401): check RETELL_API_KEY",
      402: "Retell asks for payment (402): add a payment method at Retell",
      403: "Retell forbids the call (403): check the key's permissions and the account's verification",
    })[status] ?? `Retell refused the account (${status})`,
  account: (disconnectionReason: string): string =>
    disconnectionReason === "no_valid_payment"
      ? "Retell ended a call for want of payment (no_valid_payment): add a payment method at Retell"
      : "Retell ended a call as a suspected scam (scam_detected): talk to Retell's support",
  refused: (status: number): string =>
    `Retell refused ${MOST_REFUSED_IN_A_ROW} calls in a row alike (${status}): see their error_message`,
  unknown: (): string =>
    `${MOST_UNKNOWN_IN_A_ROW} dials in a row ended without a clear answer from Retell: it is failing or out of reach`,
};
