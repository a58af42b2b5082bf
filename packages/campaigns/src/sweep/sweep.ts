import { insist } from "../dispatch/insist.ts";
import { enqueueBatch } from "../launches/launch-calls.ts";
import { type AskDeps, askRetell } from "./ask-retell.ts";
import { patrolQueue, rebuildQueue } from "./rebuild-queue.ts";

export type SweepDeps = AskDeps;

/** How often events and answers that are old are deleted, in ms. */
const DROP_EVERY_MS = 600_000;

/** One step of the sweep; returns how much it put right. */
type Step = (signal: AbortSignal) => Promise<number>;

/** A part of the sweep that keeps its own time: one that is slow, or waits for Retell, delays no other. */
export type SweepPart = (signal: AbortSignal) => Promise<void>;

/**
 * Puts right what a crash between two steps left. Each step is idempotent, cheap when all is well, and runs whatever
 * became of the others; what it cost is kept for the metrics. One process sweeps at a time; the parts keep what they
 * saw the last time. `slots` wants to run every second, the others now and then.
 */
export function createSweep(deps: SweepDeps): Record<"slots" | "stops" | "jobs" | "calls", SweepPart> {
  const { db, queue, lookups, log, count } = deps;
  const rebuild = rebuildQueue(deps);
  const patrol = patrolQueue(deps);
  const retell = askRetell(deps);
  let idle = new Set<string>();
  let dropNextAt = 0;

  const part = (steps: Record<string, Step>): SweepPart => {
    return async (signal) => {
      const ran: { step: string; durationMs: number; repairs: number }[] = [];
      for (const [step, work] of Object.entries(steps)) {
        if (signal.aborted) break;
        const began = performance.now();
        const repairs = await work(signal).catch((error: unknown) => {
          log.warn({ err: error, step }, "a step of the sweep failed; it comes again");
          return 0;
        });
        ran.push({ step, durationMs: performance.now() - began, repairs });
        if (repairs === 0) continue;
        count("sweep_repairs", step, repairs);
        log.warn({ step, repairs }, "the sweep put something right");
      }
      if (ran.length > 0)
        await db.sweeps
          .noteSteps(ran)
          .catch((error: unknown) => log.warn({ err: error }, "what the sweep cost was not kept"));
    };
  };

  return {
    slots: part({
      // A killed worker's jobs keep their slots until they are found stalled, though their calls may have ended.
      "slots of the queue": async () => {
        const [{ lineLimit, inUse }, { active }] = [await db.sweeps.slots(), await queue.counts()];
        const without = active > inUse ? await db.sweeps.withoutLine(await queue.activeIds()) : [];
        const blocked = without.filter(({ id, ended }) => ended || idle.has(id)).length;
        idle = new Set(without.map(({ id }) => id));
        await queue.setConcurrency(lineLimit + blocked);
        return 0;
      },
    }),

    stops: part({
      "stops left half-way": async () => {
        let repaired = await db.stops.brakeLeftovers();
        for (const batchId of await db.stops.brakedWithPending()) repaired += await db.stops.flip(batchId);
        return repaired;
      },
      "stops untold": () => db.outbox.tellLeftovers(),
      "what is kept long enough": async (signal) => {
        if (performance.now() < dropNextAt) return 0;
        dropNextAt = performance.now() + DROP_EVERY_MS;
        while (!signal.aborted && (await db.outbox.dropOrphans()));
        while (!signal.aborted && (await db.outbox.dropOld()));
        await db.dropExpiredAnswers();
        return 0;
      },
      "limits set by hand": async () => {
        const paused = await queue.isPaused();
        if (paused) await queue.letGo();
        return Number(paused) + Number(await queue.dropForeignRateLimit());
      },
    }),

    jobs: part({
      "launches left half-way": async (signal) => {
        const unenqueued = await db.sweeps.unenqueued();
        for (const { id, enqueuedThrough } of unenqueued) await enqueueBatch(deps)(id, enqueuedThrough, signal);
        return unenqueued.length;
      },
      "jobs and rows": rebuild,
      "jobs and rows, page by page": patrol,
    }),

    calls: part({
      "hold probed": async () => {
        const probe = await db.lines.takeProbe();
        if (!probe) return 0;
        const answer = await lookups.probe();
        await insist(() => (answer === "ok" ? db.lines.openProbe(probe) : db.lines.readFailed(probe)));
        log.info({ answer }, "probed the hold");
        return 0;
      },
      "calls without news": retell.withoutNews,
      "calls too old": retell.tooOld,
      "calls given up": retell.givenUp,
    }),
  };
}
