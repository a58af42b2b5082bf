import type { Deps } from "../deps.ts";
import type { Step } from "./step.ts";

/**
 * Writes to Redis, so that a connection to a server that a failover made a replica is noticed and replaced: reads alone
 * would go on there, and the following steps would compare the rows with the jobs of the past.
 */
export const findPrimary =
  ({ queue }: Pick<Deps, "queue">): Step =>
  async () => {
    await queue.checkWrites();
    return 0;
  };
