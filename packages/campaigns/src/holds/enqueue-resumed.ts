import type { Deps } from "../deps.ts";

/**
 * Enqueues those of these calls, by the ids of their jobs, that are pending and not held. For whoever took their jobs off the queue because of a hold:
 * a resume that came meanwhile found the jobs still there.
 */
export const enqueueResumed =
  ({ db, queue }: Pick<Deps, "db" | "queue">) =>
  async (jobIds: readonly string[]): Promise<void> => {
    const rows = await db.holding.resumed(jobIds);
    if (rows.length > 0) await queue.enqueue(rows, (await db.sweeps.origin()).turnOrigin);
  };
