import type { Deps } from "../deps.ts";
import type { Step } from "./step.ts";

/** Finishes stops that died half-way: brakes the open batches of paused campaigns, then flips what is pending in braked batches. */
export const finishStops =
  ({ db }: Pick<Deps, "db">): Step =>
  async () => {
    let repaired = await db.stops.brakeLeftovers();
    for (const batchId of await db.stops.brakedWithPending()) repaired += await db.stops.flip(batchId);
    return repaired;
  };
