import type { Deps } from "../deps.ts";
import { enqueueBatch } from "../launches/launch-calls.ts";
import type { Step } from "./step.ts";

/** Enqueues the remaining jobs of launches whose process died between the commit and the last job. */
export const resumeLaunches =
  (deps: Pick<Deps, "db" | "queue">): Step =>
  async (signal) => {
    const unenqueued = await deps.db.sweeps.unenqueued();
    // One of which nothing is enqueued may have been resumed.
    for (const { id, enqueuedThrough } of unenqueued)
      await enqueueBatch(deps)(id, enqueuedThrough, signal, enqueuedThrough === 0n ? "again" : "first");
    return unenqueued.length;
  };
