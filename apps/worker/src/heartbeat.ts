import { randomUUID } from "node:crypto";
import type { Database } from "@ringfence/campaigns";
import type { Processors, Times } from "@ringfence/domain";
import { startTimer } from "./timer.ts";

/** What a worker does, as its heartbeat tells it. */
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

/** Keeps this worker's row fresh, by which everybody knows that somebody dials; `close` takes it away. */
export function startHeartbeat(
  db: Pick<Database, "workers">,
  version: string,
  activity: Activity,
  { heartbeatMs }: Pick<Times, "heartbeatMs">,
): { close(): Promise<void> } {
  const id = randomUUID();
  // A PostgreSQL that is away is reported by its pool; the next beat comes.
  const timer = startTimer(heartbeatMs, () => db.workers.beat({ id, version, ...activity }).catch(() => undefined));
  return {
    close: async () => {
      await timer.close();
      await db.workers.leave(id).catch(() => undefined);
    },
  };
}
