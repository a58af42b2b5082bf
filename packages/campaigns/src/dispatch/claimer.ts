import { randomUUID } from "node:crypto";
import { type LinesNow, LONGEST_WAIT_MS, type Times, whyWaiting, windowOf } from "@ringfence/domain";
import type { Database } from "../database/database.ts";
import { isUnavailable } from "../database/errors.ts";
import type { Count } from "../deps.ts";
import type { AskingRun, Claim } from "./claims.sql.ts";
import { now as clockNow, type Instant } from "./instant.ts";
import { countStarts, once } from "./starts.ts";

/** How long a process lets others go first while its runs are ahead of the turn, in ms; within the lateness that the pace makes up. */
const GIVE_WAY_MS = 5;
/** The longest such time, in ms, where statements take longer than that and there is no pace. */
const MOST_GIVE_WAY_MS = 50;
/** How long after others were last seen to claim they are expected to race, in ms. */
const RIVALS_FOR_MS = 10_000;
/** How long more runs than the window allows may wait, in ms. */
const EXCESS_FOR_MS = 1_000;

/** The answer to a run that asked for its claim. */
export interface Answer {
  /** `given back`: the run shall return to its place in the queue, because too many wait here. */
  claim: Claim | { kind: "given back" };
  /** When the statement was sent: a granted claim's age counts from then. */
  sentAt: Instant;
  /** Whether the claim was granted to this run earlier, and that answer was lost: nobody else can use it. */
  ownUnanswered: boolean;
  /** To be called when the granted dial has been started or will not be. */
  started: () => void;
}

/** What may let a waiting claim through: a call ended, here or elsewhere, or lines, pace or hold changed. */
export type Change = "ended" | "lines";

/** Asks PostgreSQL for the claims of all runs of this process. */
export interface Claimer {
  /** Resolves when the row is claimed or cannot be; rejects with the signal's reason when it aborts while the run waits. */
  claimOf(callId: string, signal: AbortSignal): Promise<Answer>;
  /** How many more runs may wait. Few wait, because a batch launched now waits behind them. */
  room(): number;
  /** Registers a listener to be called whenever `room` may have grown. */
  onRoom(listener: () => void): void;
  note(change: Change): void;
}

interface Waiting extends AskingRun {
  /** Whether a statement with this run is under way. */
  asked: boolean;
  aborted: boolean;
  /** Whether an answer to this run was lost, so that it may have a claim that it does not know of. */
  lost: boolean;
  settle: (answer: Answer) => void;
  fail: (error: unknown) => void;
}

/**
 * Creates the claimer of a process: one statement at a time asks for the runs that wait, so a hundred claims cost little
 * more than one. Between two statements it sleeps until the pace allows the next dial or a change is noted, at most a
 * second. A run that is not granted stays here and costs nothing. When a line becomes free, all processes ask; one whose
 * runs are all later than what was granted last lets the others ask first, so that no run is passed by many later ones. That
 * there are others it sees by a turn that it did not move the lines to: who wins every race loses none.
 *
 * A claim may be granted and its answer lost. Each run asks under a random name of its own, by which it recognizes such
 * a claim. The name outlives the run as long as the lost claim may, for the next run of the same call in this process.
 * Two runs never have the same name at the same time.
 */
export function createClaimer({
  db,
  times,
  count,
}: {
  db: { calls: Pick<Database["calls"], "claim"> };
  times: Times;
  count: Count;
}): Claimer {
  const waiting = new Set<Waiting>();
  const unanswered = new Map<string, string>();
  const listeners: (() => void)[] = [];
  /** Whether runs wait only because this process has not yet started what it was granted. */
  let starting = false;
  const starts = countStarts(() => {
    if (starting) soon();
  });
  let lines: LinesNow | null = null;
  /** The lowest turn of the runs that wait. */
  let firstTurn = 0;
  let rivalsUntil = 0;
  /** The turn that this process has moved the lines to: a later one was moved by another. */
  let ownTurn = 0;
  /** What the last statement took, in ms: others need as long to go first. */
  let tookMs = 0;
  /** Whether the timer lets others go first; further changes do not restart it. */
  let givingWay = false;
  /** Since when more runs wait than the window allows; Infinity if they do not. */
  let excessSince = Number.POSITIVE_INFINITY;
  /** Why the last statement left runs without a claim. */
  let waitsFor: ReturnType<typeof whyWaiting>["reason"] | "answer" | null = null;
  let asking = false;
  /** What changed while the statement was under way. */
  const changes = new Set<Change>();
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  /** Neither the pace nor a hold lets a claim through because a call ended. */
  const concerns = (change: Change) => change === "lines" || waitsFor === "lines_full" || waitsFor === "unanswered";
  const cancelTimer = () => {
    clearTimeout(timer as NodeJS.Timeout);
    clearImmediate(timer as NodeJS.Immediate);
    timer = undefined;
    givingWay = false;
  };
  /** Asks at the end of this turn of the event loop, for all runs that have come until then. */
  const soon = () => {
    if (asking) return;
    cancelTimer();
    if (waiting.size > 0) timer = setImmediate(() => void ask());
  };
  const later = (ms: number) => {
    cancelTimer();
    timer = setTimeout(() => void ask(), ms).unref();
  };
  const givesWay = () => performance.now() < rivalsUntil && firstTurn > (lines?.turnNow ?? 0);
  const whenFree = () => {
    if (asking || givingWay) return;
    if (!givesWay()) return soon();
    later(lines?.callsPerSecond ? GIVE_WAY_MS : Math.min(Math.max(GIVE_WAY_MS, tookMs), MOST_GIVE_WAY_MS));
    givingWay = true;
  };

  const leave = (run: Waiting) => {
    waiting.delete(run);
    if (!run.lost) return;
    unanswered.set(run.callId, run.name);
    const forget = () => unanswered.get(run.callId) === run.name && unanswered.delete(run.callId);
    setTimeout(forget, times.claimLifeMs).unref();
  };

  const ask = async () => {
    timer = undefined;
    givingWay = false;
    const most = starts.room();
    starting = most <= 0;
    if (waiting.size === 0 || starting) return;
    const runs = firstOfEachCall(waiting);
    for (const run of runs) run.asked = true;
    asking = true;
    changes.clear();
    const sentAt = clockNow();
    const answer = await db.calls.claim(runs, most).catch((error: unknown) => ({ error }));
    asking = false;
    tookMs = performance.now() - sentAt.monotonic;
    for (const run of runs) run.asked = false;
    if ("error" in answer) failed(runs, answer.error);
    else answered(runs, answer, sentAt);
    for (const run of runs) if (run.aborted && waiting.has(run)) run.fail(undefined);
    for (const listener of listeners) listener();
  };

  const failed = (runs: Waiting[], error: unknown) => {
    if (!isUnavailable(error)) {
      for (const run of runs) run.fail(error);
      return soon();
    }
    for (const run of runs) run.lost = true;
    waitsFor = "answer";
    later(LONGEST_WAIT_MS);
  };

  const answered = (runs: Waiting[], answer: Awaited<ReturnType<Database["calls"]["claim"]>>, sentAt: Instant) => {
    const granted = [...answer.claims.values()].filter(({ kind }) => kind === "yours").length;
    const started = starts.begin(granted);
    for (const run of runs) {
      const claim = answer.claims.get(run.name);
      if (!claim) continue;
      const mine = claim.kind === "yours";
      if (mine) waiting.delete(run);
      else leave(run);
      const ownUnanswered = claim.kind === "interrupted" && claim.claimedBy === run.name;
      run.settle({ claim, sentAt, ownUnanswered, started: mine ? once(started) : () => undefined });
    }
    lines = answer.lines;
    if (lines && granted > 0) ownTurn = lines.turnNow;
    else if (lines && lines.turnNow > ownTurn) rivalsUntil = performance.now() + RIVALS_FOR_MS;
    firstTurn = Math.min(...answer.turns.values());
    if (lines) giveBack(answer.turns, windowOf(lines));
    if (waiting.size === 0 || !lines) return;
    const why = whyWaiting(lines);
    waitsFor = why.reason;
    if (granted === 0) count("claims_refused", why.reason);
    const asked = new Set(runs);
    const came = [...waiting].some((run) => !asked.has(run));
    const goesOn = why.reason === "raced" && (answer.claims.size > 0 || came);
    if (goesOn || [...changes].some(concerns)) whenFree();
    else later(why.askAfterMs + (why.reason === "pace" && givesWay() ? GIVE_WAY_MS : 0));
  };

  /** Returns the latest of too many runs, which came while more lines were free, to the queue; not for a moment's sake. */
  const giveBack = (turns: ReadonlyMap<string, number>, window: number) => {
    const excess = waiting.size - window;
    if (excess <= 0) excessSince = Number.POSITIVE_INFINITY;
    else if (excessSince === Number.POSITIVE_INFINITY) excessSince = performance.now();
    if (performance.now() - excessSince < EXCESS_FOR_MS) return;
    const turnOf = ({ name }: Waiting) => turns.get(name) ?? Number.POSITIVE_INFINITY;
    const latest = [...waiting].filter(({ lost }) => !lost).sort((a, b) => turnOf(b) - turnOf(a));
    for (const run of latest.slice(0, excess)) {
      waiting.delete(run);
      run.settle({ claim: { kind: "given back" }, sentAt: clockNow(), ownUnanswered: false, started: () => undefined });
    }
  };

  return {
    claimOf: (callId, signal) =>
      new Promise<Answer>((resolve, reject) => {
        const name = unanswered.get(callId) ?? randomUUID();
        unanswered.delete(callId);
        const done = () => signal.removeEventListener("abort", abort);
        const run: Waiting = {
          callId,
          name,
          asked: false,
          aborted: false,
          lost: false,
          settle: (answer) => {
            done();
            resolve(answer);
          },
          fail: (error) => {
            done();
            leave(run);
            reject(run.aborted ? signal.reason : error);
          },
        };
        const abort = () => {
          run.aborted = true;
          if (!run.asked) run.fail(undefined);
        };
        waiting.add(run);
        signal.addEventListener("abort", abort);
        if (signal.aborted) return abort();
        if (!timer && !asking) soon();
      }),
    room: () => (lines ? windowOf(lines) : 1) - waiting.size,
    onRoom: (listener) => void listeners.push(listener),
    note: (change) => {
      // A line is free: jobs for it are fetched while its claim is asked for.
      if (change === "ended" && lines && lines.inUse > 0) lines = { ...lines, inUse: lines.inUse - 1 };
      for (const listener of listeners) listener();
      if (asking) changes.add(change);
      else if (concerns(change)) whenFree();
    },
  };
}

/** The runs to ask for, the longest-waiting first: never two of the same call, because an answer would belong to both. */
function firstOfEachCall(waiting: Iterable<Waiting>): Waiting[] {
  const runs = new Map<string, Waiting>();
  for (const run of waiting) {
    if (!runs.has(run.callId)) runs.set(run.callId, run);
  }
  return [...runs.values()];
}
