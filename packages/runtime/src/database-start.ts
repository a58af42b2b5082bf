import type { Logger } from "pino";
import { StartError } from "./process.ts";

/** What the start asks of the database. */
export interface StartingDatabase {
  sessionFault(): Promise<string | null>;
  schema(): Promise<"missing" | "older" | "current">;
  lines: {
    configure(limit: number, callsPerSecond: number): Promise<{ limit: number; callsPerSecond: number }>;
  };
}

/** Where the tables are older than the process: a worker must not dial on them, an API may wait for them. */
const OLDER = "The database's tables are older than this version: run npm run migrate";

/**
 * Begins with the database: its sessions keep what they are told, its tables are there and, where `needsCurrent`, not
 * older than this version; then the lines are stored if this is the first process. Throws `StartError` with the remedy.
 */
export async function startWithDatabase(
  db: StartingDatabase,
  asked: { limit: number; callsPerSecond: number },
  { log, needsCurrent }: { log: Logger; needsCurrent: boolean },
): Promise<{ limit: number; callsPerSecond: number }> {
  const fault = await db.sessionFault();
  if (fault !== null) throw new StartError(fault);
  const schema = await db.schema();
  if (schema === "missing")
    throw new StartError("The database has no tables yet: run npm run migrate, then start again");
  if (schema === "older" && needsCurrent) throw new StartError(`${OLDER}, then start again`);
  if (schema === "older") log.error(`${OLDER}; until then /readyz answers 503`);
  const stored = await db.lines.configure(asked.limit, asked.callsPerSecond);
  if (stored.limit !== asked.limit || stored.callsPerSecond !== asked.callsPerSecond)
    log.warn({ stored, environment: asked }, "the stored lines rule; PUT /v1/lines changes them");
  return stored;
}
