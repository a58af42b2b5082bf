import { keyQueries } from "../access/keys.sql.ts";
import { evidenceQueries } from "../calls/evidence.sql.ts";
import { campaignQueries, listQueries } from "../campaigns/campaigns.sql.ts";
import { candidateQueries } from "../candidates/candidates.sql.ts";
import { importQueries } from "../candidates/imports.sql.ts";
import { callQueries } from "../dispatch/claims.sql.ts";
import { doNotCallQueries } from "../do-not-call/do-not-call.sql.ts";
import { launchQueries } from "../launches/launches.sql.ts";
import { lineQueries } from "../lines/lines.sql.ts";
import { workerQueries } from "../lines/workers.sql.ts";
import { liveQueries } from "../reads/live.sql.ts";
import { stopQueries } from "../stops/stops.sql.ts";
import { sweepQueries } from "../sweep/sweeps.sql.ts";
import { outboxQueries } from "../webhooks/outbox.sql.ts";
import { webhookQueries } from "../webhooks/webhooks.sql.ts";
import { auditQueries } from "./audit.ts";
import { type OnPoolError, openClients, type PoolSizes, type PrismaClient } from "./client.ts";
import { DROP_EXPIRED } from "./idempotency.ts";
import { type SchemaState, schemaState } from "./schema-version.ts";
import { sessionFault } from "./session-check.ts";

/** Longest a process waits for its connections to end, in ms. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * PostgreSQL, as the use cases know it: one set of queries for each thing, named for intent. Opens no connection by
 * itself. `timeScale`, for tests, shortens the waits and ages that have no setting of their own.
 */
export function openDatabase(url: string, sizes: PoolSizes, onError: OnPoolError, timeScale = 1) {
  const clients = openClients(url, sizes, onError);
  return {
    calls: callQueries(clients.main, timeScale),
    evidence: evidenceQueries(clients.main, timeScale),
    launches: launchQueries(clients.main, clients.bulk),
    imports: importQueries(clients.pools.bulk),
    candidates: candidateQueries(clients.main),
    doNotCall: doNotCallQueries(clients.main, clients.pools.bulk),
    lines: lineQueries(clients.main, timeScale),
    campaigns: campaignQueries(clients.main, clients.bulk),
    lists: listQueries(clients.main),
    live: liveQueries(clients.main),
    outbox: outboxQueries(clients.outbox, timeScale),
    webhooks: webhookQueries(clients.outbox, clients.bulk),
    stops: stopQueries(clients.brakes, clients.flips),
    sweeps: sweepQueries(clients.main, timeScale),
    keys: keyQueries(clients.keys),
    audit: auditQueries(clients.main),
    workers: workerQueries(clients.main),

    /** Deletes answers to repeated requests that are kept no longer. */
    dropExpiredAnswers: async (): Promise<void> => {
      await clients.main.$executeRawUnsafe(DROP_EXPIRED);
    },

    /** How PostgreSQL's tables stand to this version; throws if it does not answer. */
    schema: (): Promise<SchemaState> => schemaState(clients.main),

    /**
     * What a session of each pool does not keep of what it is told, null if all of it: a pooler in transaction mode hands a
     * session to whoever comes, and with it times are in the wrong zone and nothing ever times out. Throws if PostgreSQL
     * does not answer.
     */
    sessionFault: (): Promise<string | null> => sessionFault(clients),

    /** What each kind of connection was told to give up on, as PostgreSQL has it. */
    settings: async (): Promise<Record<keyof PoolSizes, Record<string, string>>> => {
      const of = async (client: PrismaClient) =>
        Object.fromEntries(
          (
            await client.$queryRaw<{ name: string; value: string }[]>`
              SELECT name, current_setting(name) AS value FROM pg_settings
              WHERE name IN ('idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout')`
          ).map(({ name, value }) => [name, value]),
        );
      return {
        main: await of(clients.main),
        bulk: await of(clients.bulk),
        brakes: await of(clients.brakes),
        flips: await of(clients.flips),
        keys: await of(clients.keys),
        outbox: await of(clients.outbox),
      };
    },

    /** Ends all connections; those in use after 2 s are cut. */
    close: async (): Promise<void> => {
      await Promise.all(
        [clients.main, clients.bulk, clients.brakes, clients.flips, clients.keys, clients.outbox].map((client) =>
          client.$disconnect(),
        ),
      );
      const ended = Promise.all(Object.values(clients.pools).map((pool) => pool.end()));
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)))]);
      clearTimeout(timer);
    },
  };
}

export type Database = ReturnType<typeof openDatabase>;
