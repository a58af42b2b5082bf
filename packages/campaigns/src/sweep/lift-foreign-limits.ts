import type { Deps } from "../deps.ts";
import type { Step } from "./step.ts";

/** Lifts a pause or limit that somebody set on the queue by hand: only the lines decide which calls are dialled. */
export const liftForeignLimits =
  ({ queue }: Pick<Deps, "queue">): Step =>
  async () => {
    const paused = await queue.isPaused();
    if (paused) await queue.letGo();
    return Number(paused) + Number(await queue.dropForeignLimits());
  };
