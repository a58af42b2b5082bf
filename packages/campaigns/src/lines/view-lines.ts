import { blockedBy, type LinesView } from "@ringfence/domain";
import type { QueueHealth } from "@ringfence/queue";
import type { Database } from "../database/database.ts";

/** The dependencies of the lines' view. */
export interface LinesDeps {
  db: Pick<Database, "lines">;
  queueHealth: QueueHealth;
  isSimulated: () => boolean;
}

/** The lines and the reason why calls are not dialled now. Needs only PostgreSQL: an unavailable Redis is one of the reasons. */
export const viewLines =
  ({ db, queueHealth, isSimulated }: LinesDeps) =>
  async (): Promise<LinesView> => {
    const [{ nextDialMs, slowed, allHeld, ...lines }, queueAway] = await Promise.all([
      db.lines.view(),
      queueHealth.isAway(),
    ]);
    const blocked_by = blockedBy({
      ...lines,
      held: lines.held !== null || allHeld,
      inUse: lines.in_use,
      queueAway,
      nextDialMs,
      slowed,
    });
    return { ...lines, blocked_by, simulated: isSimulated() };
  };
