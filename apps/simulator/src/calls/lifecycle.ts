import type { Look } from "../api/views.ts";
import { toPhoneCall } from "../api/views.ts";
import type { WebhookEvent, Webhooks } from "../webhooks/webhooks.ts";
import { type CallRecord, type Calls, isLive } from "./calls.ts";
import { connects, terminalStatus } from "./outcomes.ts";
import type { Timers } from "./timers.ts";

/** Moves calls through their lives: registered, ongoing if somebody answers, a terminal state, analysed. */
export interface Lifecycle {
  /** Lets a new call ring. */
  start(call: CallRecord): void;
  /** Skips the ringing; resolves when the call's first webhook has been attempted. */
  startAtOnce(call: CallRecord): Promise<void>;
  /** Ends a live call soon, as stop-call does. */
  stopSoon(call: CallRecord): void;
  /** Ends a live call now, answering it first if the reason means that somebody did. Does nothing to one that is over. */
  end(call: CallRecord, reason: string): void;
  /** Stops the call's life where it stands: nothing more is sent. */
  forget(call: CallRecord): void;
}

interface Deps {
  calls: Calls;
  webhooks: Webhooks;
  timers: Timers;
  timeScale: number;
  look: () => Look;
}

/** Creates the engine; `timeScale` applies to every step of a call. */
export function createLifecycle({ calls, webhooks, timers, timeScale, look }: Deps): Lifecycle {
  const next = (call: CallRecord, ms: number | null, step: () => void) => {
    call.cancelNext?.();
    call.cancelNext = ms === null ? undefined : timers.after(ms * timeScale, step);
  };

  const emit = (call: CallRecord, event: WebhookEvent) => webhooks.emit(call, event, toPhoneCall(call, look()));

  const finish = (call: CallRecord, reason: string): Promise<void> => {
    calls.release();
    call.endedAt = Date.now();
    call.status = terminalStatus(reason, call.startedAt !== undefined);
    call.startedAt ??= call.endedAt;
    call.reason = reason;
    next(call, call.outcome.analyzeMs, () => {
      call.analyzed = true;
      void emit(call, "call_analyzed");
    });
    return emit(call, "call_ended");
  };

  const answer = (call: CallRecord): Promise<void> => {
    call.status = "ongoing";
    call.startedAt = Date.now();
    next(call, call.outcome.talkMs, () => void finish(call, call.outcome.reason));
    return emit(call, "call_started");
  };

  const ringOut = (call: CallRecord): Promise<void> =>
    connects(call.outcome.reason) ? answer(call) : finish(call, call.outcome.reason);

  const end = (call: CallRecord, reason: string) => {
    if (!isLive(call)) return;
    if (call.status === "registered" && connects(reason) && reason !== "manual_stopped") void answer(call);
    void finish(call, reason);
  };

  return {
    start: (call) => next(call, call.outcome.ringMs, () => void ringOut(call)),
    startAtOnce: ringOut,
    stopSoon: (call) => next(call, 0, () => end(call, "manual_stopped")),
    end,
    forget(call) {
      call.cancelNext?.();
      calls.forget(call);
    },
  };
}
