import { type HoldKind, probeWaitMs, slowWaitMs } from "./holds.ts";

/** What a process is told about times, in ms, as its settings have it; what is left out is as the settings' own defaults. */
export interface TimeSettings {
  dialTimeoutMs: number;
  outcomeUnknownAfterMs: number;
  callPollAfterMs: number;
  sweepIntervalMs: number;
  /** Shortens the waits and ages that have no setting of their own; 1 except in tests. */
  timeScale: number;
}

const DEFAULTS: TimeSettings = {
  dialTimeoutMs: 8_000,
  outcomeUnknownAfterMs: 120_000,
  callPollAfterMs: 30_000,
  sweepIntervalMs: 5_000,
  timeScale: 1,
};

/** Waits between two look-ups of a dial that may have been placed, in ms; the last one repeats. */
const LOOK_UP_WAITS_MS = [250, 500, 1_000, 2_000, 5_000];

/**
 * The one table of the times that files depend on together, in ms, scaled here and nowhere else. Times of no concern to
 * a second file stay constants where they are used.
 */
export interface Times extends ReturnType<typeof createTimes> {}

/** Builds the table from a process's settings. Throws if two of its times contradict each other: the product's promises rest on these inequalities. */
export function createTimes(settings: Partial<TimeSettings> = {}) {
  const { dialTimeoutMs, outcomeUnknownAfterMs, callPollAfterMs, sweepIntervalMs, timeScale } = {
    ...DEFAULTS,
    ...settings,
  };
  const scaled = (ms: number) => ms * timeScale;
  const staleClaimMs = dialTimeoutMs / 4;
  const times = {
    /** A create-call request is given up after this. */
    dialTimeoutMs,
    /** After sending its claim a worker may start the request only within this; later, the claim is void. */
    staleClaimMs,
    /** A dial whose claim is older has ended: claim to send, and send to time-out, together. A stop waits for younger ones. */
    openDialMs: dialTimeoutMs + staleClaimMs,
    /** An unclear dial is looked up for this long before it fails as 'Outcome unknown'. */
    outcomeUnknownAfterMs,
    lookUpWaitsMs: LOOK_UP_WAITS_MS.map(scaled),
    /** The longest that a call can last at Retell (two hours), with a margin. */
    longestCallMs: scaled(130 * 60_000),
    /** A granted claim whose answer was lost may take effect for this long: PostgreSQL gives up the statement before. */
    claimLifeMs: 15_000,

    /** A transaction that waits for its client this long is ended: its process is frozen or gone. */
    idleInTransactionMs: 5_000,
    /** The longest wait for a lock. */
    lockTimeoutMs: 7_000,
    /** The longest claim, settle or page; launches, imports and flips have no such limit. */
    statementTimeoutMs: 10_000,
    /** A statement's answer may come this much later than its time-out; PostgreSQL may be frozen or out of reach. */
    answerMarginMs: 2_000,

    /** The wait before the probe of a hold after `before` others. */
    probeWaitMs: (kind: HoldKind, before: number) => scaled(probeWaitMs(kind, before)),
    /** The pause in dialling after the 429 that came after `inARow` others. */
    slowWaitMs: (inARow: number) => scaled(slowWaitMs(inARow)),

    /** How often a worker says that it is alive, and the age of its last word from which on it is not. */
    heartbeatMs: 2_500,
    workerAliveMs: 10_000,

    sweepIntervalMs,
    /** How often the queue's slots are compared with the lines: what a freed line may wait after a crash. */
    slotsIntervalMs: Math.min(sweepIntervalMs, 1_000),
    /** A sweeper that has not asked for its lock for this long, by PostgreSQL's clock, loses it. */
    sweeperIdleMs: Math.max(scaled(15_000), 1_000),
    /** A launcher that made progress within this is at work; the sweep leaves its batch alone. */
    launcherQuietMs: scaled(10_000),
    /** A job whose row ended this long ago should be gone. */
    endedJobMs: scaled(1_000),
    /** A full pass over the queue that found nothing is not repeated for this long. */
    fruitlessPassMs: scaled(60_000),

    /** A live call without news for this long is looked up at Retell. */
    callPollAfterMs,
    /** Retell says that a call is over but not how: it is looked up again after this. */
    endingUnclearMs: scaled(1_000),
    /** A call that was given up is looked up for this long. */
    givenUpMs: scaled(600_000),
    /** A call that Retell does not know, several times in a row over this long, is lost. */
    missingForMs: scaled(300_000),
    /** A call older than any call can be, which Retell has not confirmed as going on for this long, is lost. */
    unconfirmedMs: scaled(300_000),

    /** A stop with nothing pending left has reported itself to webhooks after this long, or died. */
    stopQuietMs: scaled(60_000),
    /** How often the sweeper looks for webhooks that have something due: how late an event may be. */
    nudgeIntervalMs: Math.max(scaled(500), 50),
    /** The longest wait for a receiver's answer. */
    webhookTimeoutMs: Math.ceil(scaled(15_000)),
    /** The wait after a first failed delivery; three times as long after each further one, up to the longest. */
    firstRedeliveryMs: scaled(5_000),
    longestRedeliveryMs: scaled(1_800_000),
    /** Deliveries are attempted for this long after an event or its replay. */
    deliveryGivenUpMs: scaled(86_400_000),

    /** How often a worker looks in the database whether the calls that it holds have ended: what a lost message costs. */
    endingsLookMs: scaled(2_000),
  };
  const must: [holds: boolean, what: string][] = [
    [
      times.idleInTransactionMs < times.lockTimeoutMs,
      "a frozen lock holder is ended before those who wait for it give up",
    ],
    [
      times.staleClaimMs + times.dialTimeoutMs <= times.openDialMs,
      "a stop waits for every dial that a claim may still begin",
    ],
    [
      times.statementTimeoutMs + times.answerMarginMs < times.claimLifeMs,
      "a claim without an answer is remembered for as long as it may be granted",
    ],
    [times.dialTimeoutMs < times.outcomeUnknownAfterMs, "nobody gives up a dial that is still open"],
    [2 * times.heartbeatMs < times.workerAliveMs, "one lost heartbeat does not make a worker dead"],
  ];
  const broken = must.find(([holds]) => !holds);
  if (broken) throw new Error(`Times contradict each other: it must hold that ${broken[1]}`);
  return times;
}
