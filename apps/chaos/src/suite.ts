import { now } from "./clock.ts";
import type { Arguments } from "./plan/arguments.ts";
import { planTrial } from "./plan/plan.ts";
import { scaledTimes } from "./plan/timings.ts";
import { addTrial, failureReport, noTotals, type Totals, trialLine } from "./report.ts";
import { runTrial } from "./trial/trial.ts";
import { watchLag } from "./world/event-loop-lag.ts";
import type { Guardian } from "./world/guardian.ts";
import { type MemoryWatch, watchMemory } from "./world/memory.ts";
import type { Services } from "./world/services.ts";
import { openWorld, type World } from "./world/world.ts";

/** A world serves so many trials, then another takes its place; in a soak, all of them. */
const TRIALS_A_WORLD = 10;

/** What a run of the suite needs, and whom it tells. */
export interface SuiteDeps {
  services: Services;
  guardian: Guardian;
  /** The clone, whose built processes run. */
  clone: string;
  say: (text: string) => void;
  signal: AbortSignal;
}

/** What came of a run. */
export interface SuiteResult {
  totals: Totals;
  /** Processes whose memory or open files grew over a soak. */
  grown: string[];
  memory: MemoryWatch;
}

/** Runs all trials that were asked for, in several worlds beside each other; told to end, returns what came of those that are over. */
export async function runSuite(args: Arguments, deps: SuiteDeps): Promise<SuiteResult> {
  const { services, guardian, clone, say, signal } = deps;
  const times = scaledTimes(args.scale);
  const totals = noTotals();
  const memory = watchMemory();
  const lagWatch = watchLag();
  const soak = args.minutes !== null;
  const endAt = soak ? now() + args.minutes! * 60_000 : Number.POSITIVE_INFINITY;
  let next = 1;
  const takeTrial = (): number | null => {
    if (args.trial !== null) return next++ === 1 ? args.trial : null;
    return next <= args.trials && now() < endAt ? next++ : null;
  };
  const worlds = args.trial === null ? args.worlds : 1;

  /** Runs trials in one world after another until none is left. */
  const runWorlds = async (name: string) => {
    let world: World | null = null;
    let left = 0;
    try {
      for (let trial = takeTrial(); trial !== null; trial = takeTrial()) {
        world ??= await openWorld({
          services,
          guardian,
          times,
          clone,
          seed: args.seed,
          alone: worlds === 1,
          withVeterans: soak,
          signal,
        });
        left = left || TRIALS_A_WORLD;
        const result = await runTrial(world, planTrial(args.seed, trial), times, { lagWatch, signal });
        addTrial(totals, result);
        say(trialLine(result));
        if (soak) await memory.sample(world, name);
        const failed = result.broken.length > 0;
        if (failed) say(await failureReport(result, world));
        left--;
        if (failed || (left === 0 && !soak)) {
          await world.close();
          world = null;
          left = 0;
        } else await world.forget();
      }
    } finally {
      await world?.close();
    }
  };
  try {
    const ended = await Promise.allSettled(Array.from({ length: worlds }, (_, n) => runWorlds(String(n + 1))));
    // Told to end, whatever failed because of it is no fault.
    for (const each of ended) if (each.status === "rejected" && !signal.aborted) throw each.reason;
  } finally {
    lagWatch.close();
  }
  return { totals, grown: soak ? memory.grown() : [], memory };
}
