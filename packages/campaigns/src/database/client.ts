import { PrismaPg } from "@prisma/adapter-pg";
import type { Times } from "@ringfence/domain";
import pg from "pg";
import { PrismaClient } from "./generated/client.js";

/** Longest wait for a free connection, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The pools of a process: `main` for claims, settles and pages, `bulk` for launches and imports, `brakes` and `flips`
 * for stops alone, apart from each other because flips of one batch wait for each other, `keys` for knowing who asks,
 * because a stop waits for that too, `outbox` for events to clients, which claims and settles must not wait for.
 */
export const POOLS = ["main", "bulk", "brakes", "flips", "keys", "outbox"] as const;
export type PoolName = (typeof POOLS)[number];
/** The most connections of each pool. */
export type PoolSizes = Record<PoolName, number>;

/** Pools whose statements have no time-out: a launch, an import or a flip of a million rows takes as long as it takes. */
const UNLIMITED: readonly PoolName[] = ["bulk", "flips"];

const KEEP_ALIVE_AFTER_MS = 10_000;

/** Time-outs of every session, in ms, as PostgreSQL names them. */
export const sessionTimeouts = ({ idleInTransactionMs, lockTimeoutMs }: Times) => ({
  idle_in_transaction_session_timeout: idleInTransactionMs,
  lock_timeout: lockTimeoutMs,
});

/** Where pools report connections that broke while idle; they are replaced by themselves. */
export type OnPoolError = (error: Error) => void;

/**
 * Prisma's pg adapter sends and reads times without their zone: the session must be in UTC, whatever the server's own zone.
 * And pg leaves out a time-out of 0, so that one of the role or the database would hold for launches and imports.
 */
function inSession(databaseUrl: string, statementTimeoutMs: number): string {
  const url = new URL(databaseUrl);
  const ours = `-c TimeZone=UTC -c statement_timeout=${statementTimeoutMs}`;
  url.searchParams.set("options", `${url.searchParams.get("options") ?? ""} ${ours}`.trim());
  return url.href;
}

function openPool(url: string, name: PoolName, max: number, times: Times, onError: OnPoolError): pg.Pool {
  const statementTimeoutMs = UNLIMITED.includes(name) ? 0 : times.statementTimeoutMs;
  const pool = new pg.Pool({
    connectionString: inSession(url, statementTimeoutMs),
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    // PostgreSQL's own time-outs do not help against a server that is frozen or out of reach.
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + times.answerMarginMs }),
    ...sessionTimeouts(times),
    statement_timeout: statementTimeoutMs,
    application_name: "ringfence",
  });
  pool.on("error", onError);
  // Between a connection's being handed out and its first statement nobody else listens, and an unheard error ends the
  // process: PostgreSQL's farewell may come with its greeting. The next statement fails, so nothing is missed.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** One pool, as pg and as Prisma know it. */
export interface Pool {
  pg: pg.Pool;
  prisma: PrismaClient;
}
/** The pools of a process. */
export type Pools = Record<PoolName, Pool>;

/** Makes the pools. Opens no connection by itself. */
export function createPools(url: string, sizes: PoolSizes, times: Times, onError: OnPoolError): Pools {
  const pool = (name: PoolName): Pool => {
    const connections = openPool(url, name, sizes[name], times, onError);
    return {
      pg: connections,
      prisma: new PrismaClient({ adapter: new PrismaPg(connections, { onConnectionError: onError }) }),
    };
  };
  return Object.fromEntries(POOLS.map((name) => [name, pool(name)])) as Pools;
}

export type { PrismaClient };
export type PrismaTransaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];
