import { createTimes, type Times } from "@ringfence/domain";
import pg from "pg";
import type { OnPoolError } from "../database/client.ts";

/** Key of the session lock that picks one sweeper. */
const SWEEPER_LOCK = "ringfence.sweep";
/** Longest wait for the connection of the lock, and for its answer, in ms. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Checks before taking the lock: a session can take its own lock repeatedly, but would have to release it as often. */
const HELD_OR_TAKEN = `
  WITH key AS (SELECT hashtextextended($1, 0) AS key)
  SELECT CASE WHEN EXISTS (
      SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND objsubid = 1
        AND (classid::bigint << 32) | objid::bigint = key)
    THEN true ELSE pg_try_advisory_lock(key) END AS held
  FROM key`;

/**
 * Elects one sweeper among all workers by a lock on a connection of its own. A process that dies loses the lock, and so
 * does a process that has not asked for 15 s, by PostgreSQL's clock, because a frozen process must not block the sweep.
 * Its remaining work when it wakes does no harm: every step may run twice in parallel.
 */
export function sweeperLock(url: string, onError: OnPoolError, times: Pick<Times, "sweeperIdleMs"> = createTimes()) {
  let connection: pg.Client | null = null;
  let asking: Promise<boolean> | null = null;

  const drop = (client: pg.Client) => {
    if (connection === client) connection = null;
    void client.end().catch(() => undefined);
  };

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      application_name: "ringfence sweeper",
    });
    client.on("error", (error) => {
      drop(client);
      onError(error);
    });
    try {
      await client.connect();
      await client.query(`SET idle_session_timeout = ${Math.round(times.sweeperIdleMs)}`);
      return client;
    } catch (error) {
      drop(client);
      throw error;
    }
  };

  const ask = async (): Promise<boolean> => {
    connection ??= await connect();
    const client = connection;
    try {
      const { rows } = await client.query<{ held: boolean }>(HELD_OR_TAKEN, [SWEEPER_LOCK]);
      return connection === client && rows[0]?.held === true;
    } catch (error) {
      drop(client);
      throw error;
    }
  };

  return {
    /** Whether this process is the sweeper now. Call it at least every few seconds. */
    hold: async (): Promise<boolean> => {
      asking ??= ask().finally(() => {
        asking = null;
      });
      return await asking;
    },
    /** Lets another process sweep. */
    release: async (): Promise<void> => {
      const client = connection;
      connection = null;
      await client?.end();
    },
  };
}

export type SweeperLock = ReturnType<typeof sweeperLock>;
