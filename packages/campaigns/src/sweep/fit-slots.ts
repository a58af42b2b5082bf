import type { Deps } from "../deps.ts";
import type { Step } from "./step.ts";

/**
 * Gives the queue as many slots as there are lines, plus one for each active job without a line: a killed worker's jobs
 * keep their slots until they are found stalled, though their calls may have ended. A job whose call has just ended, or is
 * about to be claimed, counts only if the next check finds it again.
 */
export function fitSlots({ db, queue }: Pick<Deps, "db" | "queue">): Step {
  let idle = new Set<string>();
  return async () => {
    const [{ lineLimit, inUse }, { active }] = [await db.sweeps.slots(), await queue.counts()];
    const without = active > inUse ? await db.sweeps.withoutLine(await queue.activeIds()) : [];
    const blocked = without.filter(({ id, ended }) => ended || idle.has(id)).length;
    idle = new Set(without.map(({ id }) => id));
    await queue.setConcurrency(lineLimit + blocked);
    return 0;
  };
}
