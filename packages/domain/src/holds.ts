/** Waits between the probes of a hold, in ms; the last one repeats. */
const PROBE_WAITS_MS = [5_000, 10_000, 20_000, 40_000, 60_000];
/** Pauses after 429s in a row, in ms; the last one repeats. */
const SLOW_WAITS_MS = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

const stepOf = (waits: readonly number[], step: number): number => waits[Math.min(step, waits.length - 1)]!;

/** ms until the probe after `failed` failed ones. */
export const probeWaitMs = (failed: number): number => stepOf(PROBE_WAITS_MS, failed);
/** ms without a dial after the 429 that came after `inARow` others. */
export const slowWaitMs = (inARow: number): number => stepOf(SLOW_WAITS_MS, inARow);

/** Why dialling is held: what Retell answered to the last dial. */
export const heldReason = (status: number): string =>
  ({
    401: "Retell refused the key (401): check RETELL_API_KEY",
    402: "Retell asks for payment (402): add a payment method at Retell",
    403: "Retell forbids the call (403): check the key's permissions and the account's verification",
  })[status] ?? `Retell refused the account (${status})`;
