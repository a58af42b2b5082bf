import type { SweepDeps } from "../sweep/sweep.ts";
import { useBed } from "./use-bed.ts";

/** A bed whose calls say nothing by themselves, with a sweep that remembers what it saw for as long as one test runs. */
export function useSilentCalls() {
  const bed = useBed({ outcomes: { default: { reason: "user_hangup", ringMs: null, talkMs: null } } });
  let sweep: (signal?: AbortSignal) => Promise<void>;
  beforeEach(() => {
    sweep = bed.sweeper();
  });
  const status = async (id: string) => (await bed.call(id)).call_status;
  return {
    bed,
    /** Runs the sweep once. */
    sweep: () => sweep(),
    /** From now on the sweep of this test has these parts. */
    sweepWith: (changed: Partial<SweepDeps>) => {
      sweep = bed.sweeper(changed);
    },
    /** Retell's list shows no call at all. */
    listLags: () => bed.simulator.account({ listLagMs: 3_600_000 }),
    status,
    /** Runs a sweep after `minutes` and returns the call's status. */
    sweptAfter: async (minutes: number, id: string) => {
      await bed.passed(minutes);
      await sweep();
      return await status(id);
    },
    /** The batch's counters: pending, in progress, completed, failed. */
    figures: async (batchId: string) => {
      const { pending_calls, in_progress_calls, completed_calls, failed_calls } = await bed.batch(batchId);
      return [pending_calls, in_progress_calls, completed_calls, failed_calls];
    },
  };
}
