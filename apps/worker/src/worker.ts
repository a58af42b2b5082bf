import {
  type Change,
  type Count,
  createClaimer,
  createSweep,
  type Database,
  deliverWebhook,
  type Log,
  runCall,
  type SweeperLock,
  type SweepPart,
  settleCall,
  sweepIntervals,
} from "@ringfence/campaigns";
import type { Processors, Times } from "@ringfence/domain";
import type { CallsQueue, Endings, Room, WebhooksQueue } from "@ringfence/queue";
import type { Receivers } from "@ringfence/receivers";
import type { Dialer, Lookups } from "@ringfence/retell";
import { type Activity, counting } from "./heartbeat.ts";
import { startTimer } from "./timer.ts";

/** The parts of a worker, built by main.ts. Times are in ms. */
export interface WorkerParts {
  db: Database;
  queue: CallsQueue;
  dialer: Dialer;
  lookups: Lookups;
  endings: Endings;
  sweeperLock: SweeperLock;
  log: Log;
  count: Count;
  /** The worker's current activity, for its heartbeat. */
  activity: Activity;
  startCalls: (processors: Processors, room: Room, signal: AbortSignal) => { close(force?: boolean): Promise<void> };
  /** Registers a listener to be called when a call ended anywhere or the lines changed. */
  onChange: (listener: (change: Change) => void) => void;
  receivers: Receivers;
  webhooks: WebhooksQueue;
  startWebhooks: (processors: Processors, signal: AbortSignal) => { close(): Promise<void> };
  times: Times;
}

/** Pause after a check, as a multiple of the check's duration. */
const REST = 9;
/** Longest wait for the hand-back of held calls, in ms: a dial under way ends within its time-out. */
const HAND_BACK_MS = 8_500;

/** Runs calls and schedules the sweep. `close` hands every call in progress back to the front of the queue. */
export function startWorker(parts: WorkerParts): { close(): Promise<void> } {
  const { times, sweeperLock, log } = parts;
  const claimed = () => {
    parts.activity.lastClaimAt = new Date();
  };
  const claimer = createClaimer(parts);
  parts.onChange(claimer.note);
  const deps = { ...parts, settle: settleCall(parts), claimed, claimer };
  const stopping = new AbortController();
  const processors = counting({ "call.run": runCall(deps), "webhook.deliver": deliverWebhook(parts) }, parts.activity);
  const calls = parts.startCalls(processors, claimer, stopping.signal);
  const webhooks = parts.startWebhooks(processors, stopping.signal);
  const nudge = startNudging(parts);
  const sweep = createSweep(deps);
  const sweeps = Object.entries(sweepIntervals(times)).map(([part, everyMs]) =>
    startTimer(everyMs, async (signal) => {
      try {
        if (await sweeperLock.hold()) await sweep[part as SweepPart](signal);
      } catch (error) {
        log.warn({ err: error }, "PostgreSQL is unavailable; the sweep runs later");
      }
    }),
  );

  return {
    close: async () => {
      stopping.abort(new Error("the worker ends"));
      await withDeadline(Promise.all([...sweeps, calls, webhooks, nudge].map((each) => each.close())), HAND_BACK_MS);
      await calls.close(true);
      await sweeperLock.release();
    },
  };
}

/** Enqueues webhooks with due deliveries, in one of all workers. After a check it pauses nine times the check's duration. */
function startNudging({ db, webhooks, sweeperLock, times }: WorkerParts): { close(): Promise<void> } {
  let restUntil = 0;
  return startTimer(times.nudgeIntervalMs, async () => {
    const began = performance.now();
    if (began < restUntil) return;
    try {
      if (await sweeperLock.hold()) await webhooks.nudge(await db.outbox.webhooksDue());
    } catch {
      // The connection reports an unavailable service; due deliveries stay due.
    }
    const ended = performance.now();
    restUntil = ended + (ended - began) * REST;
  });
}

async function withDeadline(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
