import type { Deps } from "../deps.ts";
import type { Step } from "./step.ts";

/** Deletes events, deliveries and stored answers whose retention is over. */
export const prune =
  ({ db }: Pick<Deps, "db">): Step =>
  async (signal) => {
    while (!signal.aborted && (await db.outbox.dropOrphans()));
    while (!signal.aborted && (await db.outbox.dropOld()));
    await db.dropExpiredAnswers();
    return 0;
  };
