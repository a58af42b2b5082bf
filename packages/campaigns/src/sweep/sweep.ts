import type { Times } from "@ringfence/domain";
import { findPrimary } from "./find-primary.ts";
import { finishStops } from "./finish-stops.ts";
import { liftForeignLimits } from "./lift-foreign-limits.ts";
import { type LookUpDeps, lookUpCalls } from "./look-up-calls.ts";
import { patrolQueue } from "./patrol-queue.ts";
import { probeHold } from "./probe-hold.ts";
import { prune } from "./prune.ts";
import { reconcileQueue } from "./reconcile-queue.ts";
import { resumeLaunches } from "./resume-launches.ts";
import type { Step } from "./step.ts";

export type SweepDeps = LookUpDeps;

/** A part of the sweep. The steps of a part run one after the other; parts run independently, so a slow part delays no other. */
export type SweepPart = "stops" | "jobs" | "calls";
/** One run of a part's steps. */
export type SweepRun = (signal: AbortSignal) => Promise<void>;

/** How often old events and answers are deleted, in ms. */
const PRUNE_EVERY_MS = 600_000;

interface Entry {
  step: string;
  part: SweepPart;
  run: Step;
  /** The minimum time between two runs, in ms, if longer than the part's interval. */
  everyMs?: number;
}

/** Every step of the sweep, in the order in which its part runs them. */
function stepsOf(deps: SweepDeps): Entry[] {
  const lookUps = lookUpCalls(deps);
  return [
    { step: "stops left half-way", part: "stops", run: finishStops(deps) },
    { step: "stops untold", part: "stops", run: () => deps.db.outbox.tellLeftovers() },
    { step: "what is kept long enough", part: "stops", run: prune(deps), everyMs: PRUNE_EVERY_MS },
    { step: "limits set by hand", part: "stops", run: liftForeignLimits(deps) },
    { step: "a new primary of Redis", part: "jobs", run: findPrimary(deps) },
    { step: "launches left half-way", part: "jobs", run: resumeLaunches(deps) },
    { step: "jobs and rows", part: "jobs", run: reconcileQueue(deps) },
    { step: "jobs and rows, page by page", part: "jobs", run: patrolQueue(deps) },
    { step: "hold probed", part: "calls", run: probeHold(deps) },
    { step: "calls without news", part: "calls", run: lookUps.withoutNews },
    { step: "calls too old", part: "calls", run: lookUps.tooOld },
    { step: "calls given up", part: "calls", run: lookUps.givenUp },
  ];
}

/** How often each part runs, in ms from the end of one run to the beginning of the next. */
export const sweepIntervals = ({ sweepIntervalMs }: Times): Record<SweepPart, number> => ({
  stops: sweepIntervalMs,
  jobs: sweepIntervalMs,
  calls: sweepIntervalMs,
});

/**
 * Repairs what a crash between two steps left. Each step is idempotent, cheap if there is nothing to repair, and runs
 * even if other steps fail; its cost is recorded for the metrics. One process sweeps at a time (sweeper-lock.sql.ts);
 * the steps remember their previous findings.
 */
export function createSweep(deps: SweepDeps): Record<SweepPart, SweepRun> {
  const { db, log, count } = deps;
  const steps = stepsOf(deps).map((entry) => ({ ...entry, nextAt: 0 }));

  const runOf =
    (part: SweepPart): SweepRun =>
    async (signal) => {
      const ran: { step: string; durationMs: number; repairs: number }[] = [];
      for (const entry of steps.filter((each) => each.part === part)) {
        if (signal.aborted) break;
        const { step, run, everyMs = 0 } = entry;
        const began = performance.now();
        if (began < entry.nextAt) continue;
        entry.nextAt = began + everyMs;
        const repairs = await run(signal).catch((error: unknown) => {
          log.warn({ err: error, step }, "a step of the sweep failed; it is retried");
          return 0;
        });
        ran.push({ step, durationMs: performance.now() - began, repairs });
        if (repairs === 0) continue;
        count("sweep_repairs", step, repairs);
        log.warn({ step, repairs }, "the sweep made repairs");
      }
      if (ran.length > 0)
        await db.sweeps
          .noteSteps(ran)
          .catch((error: unknown) => log.warn({ err: error }, "the sweep's cost was not recorded"));
    };
  return { stops: runOf("stops"), jobs: runOf("jobs"), calls: runOf("calls") };
}
