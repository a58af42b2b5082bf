import type { Times } from "@ringfence/domain";
import type { Deps } from "../deps.ts";
import { enqueueResumed } from "../holds/enqueue-resumed.ts";

/** How many rows or jobs are read at a time. */
export const PAGE = 1_000;

export type Place = { batchId: string; turn: bigint } | null;
export type QueueDeps = Pick<Deps, "db" | "queue">;

/**
 * Makes the queue hold exactly the jobs of unfinished rows. Normally compares two counts. Only when they differ in the
 * same direction twice in a row, or the queue is empty and should not be, it pages through the rows (those in progress
 * first, before all waiting jobs) and through the jobs. Returns how many jobs it added and removed.
 */
export function reconcileQueue({
  db,
  queue,
  times,
}: QueueDeps & { times: Times }): (signal: AbortSignal) => Promise<number> {
  let before = 0;
  let fruitless = { difference: 0, until: 0 };

  const difference = async (): Promise<{ missing: number; empty: boolean }> => {
    const { all, quiet } = await db.sweeps.neededJobs();
    const { waiting, active } = await queue.counts();
    const jobs = waiting + active;
    return { missing: jobs < quiet ? quiet - jobs : Math.min(0, all - jobs), empty: quiet > 0 && jobs === 0 };
  };

  const addMissing = async (signal: AbortSignal) => {
    const { turnOrigin } = await db.sweeps.origin();
    for (const status of ["in_progress", "pending"] as const) {
      let after: Place = null;
      while (!signal.aborted) {
        const rows = await db.sweeps.unfinishedRows(status, after, PAGE);
        if (rows.length === 0) break;
        const due = rows.filter((row) => row.due);
        await (status === "in_progress" ? queue.enqueueInProgress(due) : queue.enqueue(due, turnOrigin));
        after = rows.at(-1)!;
      }
    }
  };

  const removeLeftover = async (signal: AbortSignal) => {
    const leftover: string[] = [];
    for (let from = 0; !signal.aborted; from += PAGE) {
      const ids = await queue.waitingIds(from, from + PAGE - 1);
      if (ids.length === 0) break;
      leftover.push(...(await db.sweeps.withoutNeed(ids)));
    }
    // Some seconds may lie between: what a resume has made needed again comes back at once.
    for (let from = 0; from < leftover.length; from += PAGE) {
      const ids = leftover.slice(from, from + PAGE);
      await queue.remove(ids);
      await enqueueResumed({ db, queue })(ids);
    }
    return leftover.length;
  };

  return async (signal) => {
    const found = await difference();
    const again = Math.sign(found.missing) === before && found.missing !== 0;
    before = Math.sign(found.missing);
    const quiet = performance.now() < fruitless.until && Math.abs(found.missing) <= fruitless.difference;
    if (!found.empty && (!again || quiet)) return 0;
    const { waiting } = await queue.counts();
    await addMissing(signal);
    const added = Math.max(0, (await queue.counts()).waiting - waiting);
    const removed = await removeLeftover(signal);
    if (added + removed === 0)
      fruitless = { difference: Math.abs(found.missing), until: performance.now() + times.fruitlessPassMs };
    before = 0;
    return added + removed;
  };
}
