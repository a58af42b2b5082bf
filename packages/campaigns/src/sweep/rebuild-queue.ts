import type { Deps } from "../deps.ts";
import type { QueuedCall } from "../launches/launches.sql.ts";

const PAGE = 1_000;
/**
 * A full pass that found nothing is not made again for this long, in ms, unless the difference has grown: what looked
 * like one was calls in motion.
 */
const QUIET_MS = 60_000;

type Place = { batchId: string; turn: bigint } | null;
type QueueDeps = Pick<Deps, "db" | "queue">;

/**
 * Makes the queue hold exactly the jobs of unfinished rows. Normally compares two counts. Only when they differ in the
 * same direction twice in a row, or the queue is empty and should not be, it pages through the rows (those in progress
 * first, before all waiting jobs) and through the jobs. Returns how many jobs it added and removed.
 */
export function rebuildQueue({
  db,
  queue,
  timeScale,
}: QueueDeps & { timeScale: number }): (signal: AbortSignal) => Promise<number> {
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
    await queue.remove(leftover);
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
      fruitless = { difference: Math.abs(found.missing), until: performance.now() + QUIET_MS * timeScale };
    before = 0;
    return added + removed;
  };
}

/**
 * The slow full pass: each time the next page of unfinished rows and the next page of waiting jobs, so that a missing
 * and a superfluous job that hide each other from the counts are found too. What looks wrong is put right if it still
 * does the next time; a call that ends just now loses its job just now. Returns how many jobs it added and removed.
 */
export function patrolQueue({ db, queue }: QueueDeps): (signal: AbortSignal) => Promise<number> {
  const after: { in_progress: Place; pending: Place } = { in_progress: null, pending: null };
  let from = 0;
  let missing: { in_progress: QueuedCall[]; pending: QueuedCall[] } = { in_progress: [], pending: [] };
  let leftover: string[] = [];

  /** Of these rows, those that need a job and have none. */
  const jobless = async (rows: QueuedCall[]): Promise<QueuedCall[]> => {
    const absent = await queue.absent(rows.map((row) => row.id));
    const over = new Set(absent.length > 0 ? await db.sweeps.withoutNeed(absent) : []);
    const needy = new Set(absent.filter((id) => !over.has(id)));
    return rows.filter((row) => needy.has(row.id));
  };
  const nextPage = async (status: "in_progress" | "pending"): Promise<QueuedCall[]> => {
    const rows = await db.sweeps.unfinishedRows(status, after[status], PAGE);
    after[status] = rows.length === PAGE ? rows.at(-1)! : null;
    return await jobless(rows.filter((row) => row.due));
  };

  return async () => {
    const [live, pending] = [await jobless(missing.in_progress), await jobless(missing.pending)];
    if (live.length > 0) await queue.enqueueInProgress(live);
    if (pending.length > 0) await queue.enqueue(pending, (await db.sweeps.origin()).turnOrigin);
    const absent = new Set(await queue.absent(leftover));
    const superfluous = leftover.filter((id) => !absent.has(id));
    await queue.remove(superfluous);

    missing = { in_progress: await nextPage("in_progress"), pending: await nextPage("pending") };
    const ids = await queue.waitingIds(from, from + PAGE - 1);
    leftover = ids.length > 0 ? await db.sweeps.withoutNeed(ids) : [];
    from = ids.length < PAGE ? 0 : from + PAGE;
    return live.length + pending.length + superfluous.length;
  };
}
