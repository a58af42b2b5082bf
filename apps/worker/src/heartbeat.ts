import { randomUUID } from "node:crypto";
import type { Database } from "@ringfence/campaigns";
import type { Processors, Times } from "@ringfence/domain";
import { startTimer } from "./timer.ts";

/** A worker's activity, as its heartbeat reports it. */
export interface Activity {
  runsHeld: number;
  lastClaimAt: Date | null;
}

/** Counts the runs that go through these processors. */
export function counting(processors: Processors, activity: Activity): Processors {
  return {
    ...processors,
    "call.run": async (payload, context) => {
      activity.runsHeld++;
      try {
        return await processors["call.run"](payload, context);
      } finally {
        activity.runsHeld--;
      }
    },
  };
}

/** Updates this worker's row, by which other processes know that a worker is alive; `close` deletes the row. */
export function startHeartbeat(
  db: Pick<Database, "workers">,
  version: string,
  activity: Activity,
  { heartbeatMs }: Pick<Times, "heartbeatMs">,
): { close(): Promise<void> } {
  const id = randomUUID();
  // The pool reports an unavailable PostgreSQL; the next heartbeat is a retry.
  const timer = startTimer(heartbeatMs, () => db.workers.beat({ id, version, ...activity }).catch(() => undefined));
  return {
    close: async () => {
      await timer.close();
      await db.workers.leave(id).catch(() => undefined);
    },
  };
}
