import type { Deps } from "../deps.ts";
import type { Step } from "./step.ts";

/** Completes stops whose process died: brakes the open batches of paused campaigns, then flips pending rows of braked batches. */
export const finishStops =
  ({ db }: Pick<Deps, "db">): Step =>
  async () => {
    let repaired = await db.stops.brakeLeftovers();
    for (const batchId of await db.stops.brakedWithPending()) repaired += await db.stops.flip(batchId);
    return repaired;
  };
