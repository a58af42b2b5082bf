/** The product's own times in ms, as they are in production. */
const TRUE_MS = {
  DIAL_TIMEOUT_MS: 8_000,
  OUTCOME_UNKNOWN_AFTER_MS: 120_000,
  JOB_LOCK_MS: 30_000,
  SWEEP_INTERVAL_MS: 5_000,
  CALL_POLL_AFTER_MS: 30_000,
};
/** What the settings themselves insist on, in ms. */
const LEAST_LOCK_MS = 1_000;
const UNKNOWN_MARGIN_MS = 2_000;
/** A claim can have an open dial for so many times the dial's time-out. */
const OPEN_DIAL_FACTOR = 1.25;

/** All times of a run, scaled. */
export function scaledTimes(scale: number) {
  const ms = (trueMs: number) => Math.round(trueMs * scale);
  const dialTimeoutMs = ms(TRUE_MS.DIAL_TIMEOUT_MS);
  const settings = {
    DIAL_TIMEOUT_MS: dialTimeoutMs,
    OUTCOME_UNKNOWN_AFTER_MS: Math.max(ms(TRUE_MS.OUTCOME_UNKNOWN_AFTER_MS), dialTimeoutMs + UNKNOWN_MARGIN_MS),
    JOB_LOCK_MS: Math.max(LEAST_LOCK_MS, ms(TRUE_MS.JOB_LOCK_MS)),
    SWEEP_INTERVAL_MS: ms(TRUE_MS.SWEEP_INTERVAL_MS),
    CALL_POLL_AFTER_MS: ms(TRUE_MS.CALL_POLL_AFTER_MS),
    TIME_SCALE: scale,
  };
  return {
    scale,
    /** The product's settings, as its processes take them from the environment. */
    environment: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
    /** Longest that a stop waits for a dial. */
    openDialMs: dialTimeoutMs * OPEN_DIAL_FACTOR,
    /** A plan's time, in ms of this run. */
    ms,
  };
}

export type Times = ReturnType<typeof scaledTimes>;
