import { PrismaPg } from "@prisma/adapter-pg";
import type { Times } from "@ringfence/domain";
import pg from "pg";
import { PrismaClient } from "./generated/client.js";

/** Longest wait for a free connection, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The pools of a process. `work` serves claims, placed dials, webhooks and readiness, for which pages must not wait, `main` pages and
 * all that is rare, `bulk` launches and imports. `stops` serves only stops. `keys` serves authentication, because a
 * stop waits for that too. `outbox` serves events to clients, for which claims and settles must not wait.
 */
export const POOLS = ["work", "main", "bulk", "stops", "keys", "outbox"] as const;
export type PoolName = (typeof POOLS)[number];
/** The most connections of each pool; a pool of none uses those of `main`. */
export type PoolSizes = Record<PoolName, number>;

/** How PostgreSQL sees the connections of a process. */
export interface PoolOptions {
  /** Their application_name, at most 63 characters. */
  name?: string;
  /** Pools that keep all their connections open: a stop must be answered by a server that has no connection left. */
  kept?: readonly PoolName[];
}

/** Pools whose statements have no time-out, because a launch or import of a million rows takes long. */
const UNLIMITED: readonly PoolName[] = ["bulk"];
/** Wait before a kept connection that broke is opened again, in ms. */
const OPEN_AGAIN_MS = 1_000;

/**
 * The statements of `work` find rows by id, and their plans are kept. A plan made while the tables are small would read
 * them whole, and stay: so only plans by index are made. What has no index costs, up to PostgreSQL 17, so much then that each
 * execution would be compiled: so nothing is.
 */
const BY_INDEX = [
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "plan_cache_mode=force_generic_plan",
  "jit=off",
];
const IN_ORDER = ["enable_seqscan=off", "enable_bitmapscan=off", "jit=off"];
/**
 * A stop and a page read in the order of an index, as far as they need, whatever the statistics say of a batch that was just
 * launched: before a first ANALYZE a bitmap, which has no order, seems cheaper, and reads all of a campaign for 50 rows.
 * Events are deleted, and their deliveries with them, by plans that are kept.
 */
const PLANS: Partial<Record<PoolName, readonly string[]>> = {
  work: BY_INDEX,
  stops: IN_ORDER,
  main: IN_ORDER,
  outbox: ["enable_seqscan=off", "jit=off"],
};

const KEEP_ALIVE_AFTER_MS = 10_000;

/** Time-outs of every session, in ms, under PostgreSQL's names. */
export const sessionTimeouts = ({ idleInTransactionMs, lockTimeoutMs }: Times) => ({
  idle_in_transaction_session_timeout: idleInTransactionMs,
  lock_timeout: lockTimeoutMs,
});

/** Pools report here that an idle connection broke; they replace it by themselves. */
export type OnPoolError = (error: Error) => void;

/**
 * Prisma's pg adapter sends and reads times without their zone, so the session must be in UTC, whatever the server's zone.
 * pg omits a time-out of 0, so that a time-out of the role or database would apply to launches and imports.
 */
function inSession(databaseUrl: string, statementTimeoutMs: number, settings: readonly string[]): string {
  const url = new URL(databaseUrl);
  const ours = ["TimeZone=UTC", `statement_timeout=${statementTimeoutMs}`, ...settings]
    .map((setting) => `-c ${setting}`)
    .join(" ");
  url.searchParams.set("options", `${url.searchParams.get("options") ?? ""} ${ours}`.trim());
  return url.href;
}

function openPool(
  url: string,
  name: PoolName,
  max: number,
  times: Times,
  onError: OnPoolError,
  options: PoolOptions,
): pg.Pool {
  const kept = options.kept?.includes(name) === true;
  const statementTimeoutMs = UNLIMITED.includes(name) ? 0 : times.statementTimeoutMs;
  const pool = new pg.Pool({
    connectionString: inSession(url, statementTimeoutMs, PLANS[name] ?? []),
    max,
    min: kept ? max : 0,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    // PostgreSQL's own time-outs do not work if the server is frozen or unreachable.
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + times.answerMarginMs }),
    ...sessionTimeouts(times),
    statement_timeout: statementTimeoutMs,
    application_name: options.name ?? "ringfence",
  });
  pool.on("error", onError);
  // Between the hand-out of a connection and its first statement nobody else listens, and an unhandled error ends the
  // process: PostgreSQL may close a connection right after it opened. The next statement then fails, so nothing is missed.
  pool.on("connect", (client) => client.on("error", () => undefined));
  if (kept) keepOpen(pool, max);
  return pool;
}

/** Opens the connections that a pool is to keep, and again whenever one breaks and no other is free. */
function keepOpen(pool: pg.Pool, connections: number): void {
  const open = async () => {
    const clients: pg.PoolClient[] = [];
    try {
      while (!pool.ending && pool.totalCount < connections && pool.idleCount === 0) clients.push(await pool.connect());
    } catch {
      again();
    }
    for (const client of clients) client.release();
  };
  const again = () => void setTimeout(open, OPEN_AGAIN_MS).unref();
  pool.on("remove", again);
  setImmediate(open).unref();
}

/** One pool, for pg and for Prisma. */
export interface Pool {
  pg: pg.Pool;
  prisma: PrismaClient;
}
/** The pools of a process. */
export type Pools = Record<PoolName, Pool>;

/** Creates the pools. Waits for no connection. */
export function createPools(
  url: string,
  sizes: PoolSizes,
  times: Times,
  onError: OnPoolError,
  options: PoolOptions = {},
): Pools {
  const pool = (name: PoolName): Pool => {
    const connections = openPool(url, name, sizes[name], times, onError, options);
    return {
      pg: connections,
      prisma: new PrismaClient({
        adapter: new PrismaPg(connections, { onConnectionError: onError }),
        // The pool gives up first, with an error that says why.
        transactionOptions: { maxWait: 2 * CONNECT_TIMEOUT_MS },
      }),
    };
  };
  const main = pool("main");
  return Object.fromEntries(
    POOLS.map((name) => [name, name === "main" || sizes[name] === 0 ? main : pool(name)]),
  ) as Pools;
}

export type { PrismaClient };
export type PrismaTransaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];
