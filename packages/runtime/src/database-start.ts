import type { Logger } from "pino";
import { StartError } from "./process.ts";

/** What the start needs from the database. */
export interface StartingDatabase {
  sessionFault(): Promise<string | null>;
  schema(): Promise<"missing" | "older" | "current">;
  connections(): Promise<{ allowed: number; needed: number; processes: number }>;
  lines: {
    configure(limit: number, callsPerSecond: number): Promise<{ limit: number; callsPerSecond: number }>;
  };
}

/** Message when the tables are older than the process: a worker must not dial with them, an API may wait for the migration. */
const OLDER = "The database's tables are older than this version: run npm run migrate";

/**
 * Checks that database sessions keep their settings and that the tables exist and, with `needsCurrent`, are not older
 * than this version. Then stores the lines if this is the first process. Throws `StartError` with the remedy.
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
  const connections = await db.connections();
  if (connections.needed > connections.allowed)
    log.warn(
      connections,
      "PostgreSQL allows fewer connections than the processes here may need: raise max_connections, or lower DATABASE_CONNECTIONS",
    );
  const stored = await db.lines.configure(asked.limit, asked.callsPerSecond);
  if (stored.limit !== asked.limit || stored.callsPerSecond !== asked.callsPerSecond)
    log.warn(
      { stored, environment: asked },
      "the stored lines apply, not those of the environment; PUT /v1/lines changes them",
    );
  return stored;
}
