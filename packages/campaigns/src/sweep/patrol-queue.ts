import { enqueueResumed } from "../holds/enqueue-resumed.ts";
import type { QueuedCall } from "../launches/launches.sql.ts";
import { PAGE, type Place, type QueueDeps } from "./reconcile-queue.ts";

/**
 * The slow full pass: each run checks the next page of unfinished rows and of waiting jobs, to find missing and
 * superfluous jobs that cancel each other out in the counts. A fault is repaired if the next check still finds it, because
 * a call that is just ending loses its job meanwhile. Returns how many jobs it added and removed.
 */
export function patrolQueue({ db, queue }: QueueDeps): (signal: AbortSignal) => Promise<number> {
  const after: { in_progress: Place; pending: Place } = { in_progress: null, pending: null };
  let from = 0;
  let missing: { in_progress: QueuedCall[]; pending: QueuedCall[] } = { in_progress: [], pending: [] };
  let leftover: string[] = [];

  /** The rows that need a job and have none. */
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
    // What a hold had made superfluous may be needed again.
    const unneeded = new Set(leftover.length > 0 ? await db.sweeps.withoutNeed(leftover) : []);
    const superfluous = leftover.filter((id) => !absent.has(id) && unneeded.has(id));
    await queue.remove(superfluous);
    await enqueueResumed({ db, queue })(superfluous);

    missing = { in_progress: await nextPage("in_progress"), pending: await nextPage("pending") };
    const ids = await queue.waitingIds(from, from + PAGE - 1);
    leftover = ids.length > 0 ? await db.sweeps.withoutNeed(ids) : [];
    from = ids.length < PAGE ? 0 : from + PAGE;
    return live.length + pending.length + superfluous.length;
  };
}
