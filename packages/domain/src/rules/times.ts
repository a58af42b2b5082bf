import { type HoldKind, probeWaitMs, slowWaitMs } from "./holds.ts";

/** The times that a process's settings give, in ms; an absent time has the default of its setting. */
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

/** Waits between two look-ups of a dial that may have been placed, in ms; the last wait repeats. */
const LOOK_UP_WAITS_MS = [250, 500, 1_000, 2_000, 5_000];

/**
 * The table of all times that more than one file depends on, in ms; only this file scales them. Times used by a single
 * file stay constants in that file.
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
    /** A worker may start the create-call request only within this time after sending its claim; later the claim is void. */
    staleClaimMs,
    /** A dial whose claim is older has ended (time from claim to request, plus the dial's time-out). A stop waits for younger dials. */
    openDialMs: dialTimeoutMs + staleClaimMs,
    /** An unclear dial is looked up for this long before it fails as 'Outcome unknown'. */
    outcomeUnknownAfterMs,
    lookUpWaitsMs: LOOK_UP_WAITS_MS.map(scaled),
    /** The longest that a call can last at Retell (two hours), with a margin. */
    longestCallMs: scaled(130 * 60_000),
    /** A granted claim whose answer was lost may take effect for this long: PostgreSQL ends the statement earlier. */
    claimLifeMs: 15_000,

    /** PostgreSQL ends a transaction that waits for its client this long: the process is frozen or gone. */
    idleInTransactionMs: 5_000,
    /** The longest wait for a lock. */
    lockTimeoutMs: 7_000,
    /** The longest statement, such as a claim, settle, page or piece of a flip; launches and imports have no such limit. */
    statementTimeoutMs: 10_000,
    /** A statement's answer may come this much later than its time-out; PostgreSQL may be frozen or out of reach. */
    answerMarginMs: 2_000,

    /** The wait before a hold's next probe after `before` probes. */
    probeWaitMs: (kind: HoldKind, before: number) => scaled(probeWaitMs(kind, before)),
    /** The pause in dialling after a 429 that followed `inARow` others. */
    slowWaitMs: (inARow: number) => scaled(slowWaitMs(inARow)),

    /** The interval of a worker's heartbeats, and the age of the last heartbeat from which the worker counts as dead. */
    heartbeatMs: 2_500,
    workerAliveMs: 10_000,

    sweepIntervalMs,
    /** A sweeper that has not renewed its lock for this long, by PostgreSQL's clock, loses it. */
    sweeperIdleMs: Math.max(scaled(15_000), 1_000),
    /** A launcher that made progress within this time is at work, and the sweep ignores its batch. */
    launcherQuietMs: scaled(10_000),
    /** A full pass over the queue that repaired nothing is not repeated for this long. */
    fruitlessPassMs: scaled(60_000),

    /** A live call without news for this long is looked up at Retell. */
    callPollAfterMs,
    /** A call that Retell reports as over without a reason is looked up again after this time. */
    endingUnclearMs: scaled(1_000),
    /** A call that was given up is still looked up for this long. */
    givenUpMs: scaled(600_000),
    /** A call that Retell repeatedly does not know over this long is lost. */
    missingForMs: scaled(300_000),
    /** A call older than any call can be, which Retell has not confirmed as going on for this long, is lost. */
    unconfirmedMs: scaled(300_000),

    /** A stop with no pending call left has notified webhooks within this time, or its process died. */
    stopQuietMs: scaled(60_000),
    /** How often the sweeper looks for webhooks with due deliveries: the longest delay of an event. */
    nudgeIntervalMs: Math.max(scaled(500), 50),
    /** The longest wait for a receiver's answer. */
    webhookTimeoutMs: Math.ceil(scaled(15_000)),
    /** The wait after a first failed delivery; it triples after each further failure, up to the longest wait. */
    firstRedeliveryMs: scaled(5_000),
    longestRedeliveryMs: scaled(1_800_000),
    /** Deliveries are attempted for this long after an event or its replay. */
    deliveryGivenUpMs: scaled(86_400_000),
    /** A call's event that has failed for this long no longer holds back the events of its batch and campaign. */
    gateMs: scaled(300_000),

    /** How often a worker checks in the database whether its calls have ended: the delay that a lost message costs. */
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
