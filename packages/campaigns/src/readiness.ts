import type { CallsQueue } from "@ringfence/queue";
import type { Database } from "./database/database.ts";
import { evictionWarning } from "./eviction.ts";

/** Longest wait for a service that may be unavailable, in ms. */
const PATIENCE_MS = 2_000;

/** The services a process needs and their state: `ok`, or what is wrong in a word or two. */
export interface Readiness {
  ready: boolean;
  postgres: "ok" | "away" | "not migrated";
  redis: "ok" | "away" | "refuses writes";
  /** Why dialling is held. A hold is no reason to take a process out of service. */
  held: { reason: string; since: Date } | null;
  /** Settings that work but should be changed. */
  warnings: string[];
}

/**
 * Whether a process can work: PostgreSQL answers and has at least this version's migrations, and Redis accepts a write.
 * With `for: "stops"`, whether it can answer stops, which need only PostgreSQL, and have connections of their own. Answers within two seconds, never throws.
 */
export const checkReadiness =
  ({
    db,
    queue,
  }: {
    db: Pick<Database, "lines" | "schema" | "schemaForStops">;
    queue: Pick<CallsQueue, "checkWrites" | "evictionPolicy">;
  }) =>
  async ({ for: purpose }: { for?: "stops" | undefined } = {}): Promise<Readiness> => {
    const [schema, lines, written, policy] = await Promise.all([
      inTime(purpose === "stops" ? db.schemaForStops() : db.schema()),
      inTime(db.lines.view()),
      inTime(writes(queue)),
      inTime(queue.evictionPolicy()),
    ]);
    const postgres =
      schema === null
        ? "away"
        : schema !== "current"
          ? "not migrated"
          : lines === null && purpose !== "stops"
            ? "away"
            : "ok";
    const redis = written ?? "away";
    return {
      ready: postgres === "ok" && (redis === "ok" || purpose === "stops"),
      postgres,
      redis,
      held: lines?.held ?? null,
      warnings: policy && policy !== "noeviction" ? [evictionWarning(policy)] : [],
    };
  };

/** An error answer shows that Redis is reachable. */
const writes = (queue: Pick<CallsQueue, "checkWrites">): Promise<Readiness["redis"]> =>
  queue.checkWrites().then(
    () => "ok",
    (error: Error) => (error.name === "ReplyError" ? "refuses writes" : "away"),
  );

async function inTime<Result>(work: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  return await Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}
