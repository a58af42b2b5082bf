import { callIdOf, type RetellCall } from "@ringfence/domain";
import { type Lookups, MOST_CALLS_A_PAGE } from "@ringfence/retell";
import type { Deps } from "./deps.ts";
import { enqueueBatch } from "./launch-calls.ts";
import { rebuildQueue } from "./rebuild-queue.ts";
import type { Settlement } from "./settle-call.ts";

export interface SweepDeps extends Deps {
  lookups: Lookups;
  settle: (call: RetellCall) => Promise<Settlement>;
  callPollAfterMs: number;
}

/**
 * Puts right what a crash between two steps left. Each step is idempotent, cheap when all is well, and runs whatever
 * became of the others. One process sweeps at a time; the function keeps what it saw the last time.
 */
export function createSweep(deps: SweepDeps): (signal: AbortSignal) => Promise<void> {
  const { db, queue, lookups, settle, log, count } = deps;
  const rebuild = rebuildQueue(deps);
  const repaired = (what: string, by: number) => {
    if (by === 0) return;
    count("sweep_repairs", what, by);
    log.warn({ repaired: what, by }, "the sweep put something right");
  };

  const steps: Record<string, (signal: AbortSignal) => Promise<void>> = {
    "stop left half-way": async () => {
      repaired("batches braked", await db.stops.brakeLeftovers());
      for (const batchId of await db.stops.brakedWithPending())
        repaired("calls cancelled", await db.stops.flip(batchId));
    },
    "launch left half-way": async (signal) => {
      for (const { id, enqueuedThrough } of await db.sweeps.unenqueued()) {
        repaired("launches taken up", 1);
        await enqueueBatch(deps)(id, enqueuedThrough, signal);
      }
    },
    "jobs and rows": async (signal) => repaired("jobs", await rebuild(signal)),
    "limits of the queue": async () => {
      if (await queue.isPaused()) {
        await queue.letGo();
        repaired("queue paused by hand", 1);
      }
      if (await queue.dropForeignRateLimit()) repaired("rate limit set by hand", 1);
      const [lines, jobs] = [await db.lines.view(), await queue.counts()];
      const finished = jobs.active > lines.in_use ? await db.sweeps.finishedAmong(await queue.activeIds()) : 0;
      await queue.setConcurrency(lines.limit + finished);
    },
    "calls without news": async () => {
      const silent = await db.sweeps.withoutNews(deps.callPollAfterMs, MOST_CALLS_A_PAGE);
      if (silent.length === 0) return;
      for (const call of await lookups.findMany(silent.map((call) => call.retellCallId))) {
        // One call that cannot be settled must not keep the others waiting.
        await settle(call)
          .then((settlement) => repaired("calls settled by look-up", settlement === "settled" ? 1 : 0))
          .catch((error: unknown) => log.warn({ err: error, callId: callIdOf(call) }, "one call could not be settled"));
      }
    },
    hold: async () => {
      if (!(await db.lines.takeProbe())) return;
      const answer = await lookups.probe();
      if (answer === "ok") await db.lines.openProbe();
      log.info({ answer }, "probed the hold");
    },
  };

  return async (signal) => {
    for (const [step, work] of Object.entries(steps)) {
      if (signal.aborted) return;
      await work(signal).catch((error: unknown) =>
        log.warn({ err: error, step }, "a step of the sweep failed; it comes again"),
      );
    }
  };
}
