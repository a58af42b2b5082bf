import { createTimes, type Times } from "@ringfence/domain";
import { keyQueries } from "../access/keys.sql.ts";
import { evidenceQueries } from "../calls/evidence.sql.ts";
import { campaignQueries } from "../campaigns/campaigns.sql.ts";
import { candidateQueries } from "../candidates/candidates.sql.ts";
import { importQueries } from "../candidates/imports.sql.ts";
import { claimQueries } from "../dispatch/claims.sql.ts";
import { outcomeQueries } from "../dispatch/outcomes.sql.ts";
import { doNotCallQueries } from "../do-not-call/do-not-call.sql.ts";
import { holdingQueries } from "../holds/hold.sql.ts";
import { launchQueries } from "../launches/launches.sql.ts";
import { holdQueries } from "../lines/holds.sql.ts";
import { lineQueries } from "../lines/lines.sql.ts";
import { workerQueries } from "../lines/workers.sql.ts";
import { listQueries } from "../reads/batch-lists.sql.ts";
import { liveQueries } from "../reads/live.sql.ts";
import { waitingQueries } from "../reads/waiting.sql.ts";
import { stopQueries } from "../stops/stops.sql.ts";
import { sweepQueries } from "../sweep/sweeps.sql.ts";
import { outboxQueries } from "../webhooks/outbox.sql.ts";
import { webhookQueries } from "../webhooks/webhooks.sql.ts";
import { auditQueries } from "./audit.ts";
import {
  createPools,
  type OnPoolError,
  POOLS,
  type Pool,
  type PoolName,
  type PoolOptions,
  type PoolSizes,
} from "./client.ts";
import { type Connections, connections } from "./connections.ts";
import { DROP_EXPIRED } from "./idempotency.ts";
import { type SchemaState, schemaState } from "./schema-version.ts";
import { sessionFault } from "./session-check.ts";

/** Longest wait of a process for its connections to close, in ms. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * The database for the use cases: one set of queries per subject, each query named for its intent. Waits for no
 * connection.
 */
export function openDatabase(
  url: string,
  sizes: PoolSizes,
  onError: OnPoolError,
  times: Times = createTimes(),
  options: PoolOptions = {},
) {
  const pools = createPools(url, sizes, times, onError, options);
  const different = [...new Set(Object.values(pools))];
  const { work, main, bulk, stops, keys, outbox } = pools;
  return {
    calls: { ...claimQueries(work.pg, times), ...outcomeQueries(work.prisma, work.pg, times) },
    evidence: evidenceQueries(work.prisma, work.pg, times),
    launches: launchQueries(main, bulk.prisma),
    imports: importQueries(bulk.pg),
    candidates: candidateQueries(main.prisma),
    doNotCall: doNotCallQueries(main.prisma, bulk.pg, times),
    lines: { ...lineQueries(work.prisma, times), ...holdQueries(main.prisma, times) },
    campaigns: campaignQueries(main.prisma, bulk.prisma),
    lists: listQueries(main.prisma),
    live: liveQueries(main.prisma),
    waits: waitingQueries(main.prisma, times),
    outbox: outboxQueries(outbox.prisma, times),
    webhooks: webhookQueries(outbox.prisma, bulk.prisma),
    holding: holdingQueries(stops.prisma, main.prisma, times),
    stops: stopQueries(stops.prisma, main.prisma, times),
    sweeps: sweepQueries(main.prisma, times),
    keys: keyQueries(keys.prisma),
    audit: auditQueries(main.prisma),
    workers: workerQueries(main.prisma),

    /** Deletes expired answers to repeated requests. */
    dropExpiredAnswers: async (): Promise<void> => {
      await main.prisma.$executeRawUnsafe(DROP_EXPIRED);
    },

    /** Whether the tables fit this version. Throws if PostgreSQL does not answer. */
    schema: (): Promise<SchemaState> => schemaState(work.prisma),

    /** The same, on a connection of the stops. */
    schemaForStops: (): Promise<SchemaState> => schemaState(stops.prisma),

    /**
     * The settings that a session of each pool does not keep, null if it keeps all: a pooler in transaction mode shares
     * sessions among clients, so that times are in the wrong zone and nothing ever times out. Throws if PostgreSQL does
     * not answer.
     */
    sessionFault: (): Promise<string | null> => sessionFault(pools, times),

    /** How many connections PostgreSQL allows, and how many all processes of this product may need. Throws if PostgreSQL does not answer. */
    connections: (): Promise<Connections> => connections(main.pg),

    /** The time-outs of each pool's connections, as PostgreSQL reports them. */
    settings: async (): Promise<Record<PoolName, Record<string, string>>> => {
      const of = async ({ prisma }: Pool) =>
        Object.fromEntries(
          (
            await prisma.$queryRaw<{ name: string; value: string }[]>`
              SELECT name, current_setting(name) AS value FROM pg_settings
              WHERE name IN ('idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout')`
          ).map(({ name, value }) => [name, value]),
        );
      const told = await Promise.all(POOLS.map(async (name) => [name, await of(pools[name])] as const));
      return Object.fromEntries(told) as Record<PoolName, Record<string, string>>;
    },

    /** Closes all connections; connections still in use after 2 s are destroyed. */
    close: async (): Promise<void> => {
      await Promise.all(different.map(({ prisma }) => prisma.$disconnect()));
      const ended = Promise.all(different.map(({ pg }) => pg.end()));
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)))]);
      clearTimeout(timer);
    },
  };
}

export interface Database extends ReturnType<typeof openDatabase> {}
