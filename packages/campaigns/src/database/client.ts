import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "./generated/client.js";

/** A transaction that waits for its client this long, in ms, is ended: its process is frozen or gone. */
const IDLE_IN_TRANSACTION_MS = 5_000;
/** Longest wait for a lock, in ms; longer than the above, so that a frozen holder goes first. */
const LOCK_TIMEOUT_MS = 7_000;
/** Longest claim, settle or page, in ms. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** Longest wait for a free connection, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connections of one process: `main` for claims, settles and pages, `bulk` for launches and imports, `brakes` and
 * `flips` for stops alone, apart from each other because flips of one batch wait for each other, `keys` for knowing who
 * asks, because a stop waits for that too, `outbox` for events to clients, of which claims and settles must not wait.
 */
export interface PoolSizes {
  main: number;
  bulk: number;
  brakes: number;
  flips: number;
  keys: number;
  outbox: number;
}

/** A statement's answer may come this much later than its time-out, in ms. */
const ANSWER_MARGIN_MS = 2_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/** Time-outs of every session, in ms, as PostgreSQL names them. */
export const SESSION_TIMEOUTS = {
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  lock_timeout: LOCK_TIMEOUT_MS,
} as const;

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

function openPool(url: string, max: number, statementTimeoutMs: number, onError: OnPoolError): pg.Pool {
  const pool = new pg.Pool({
    connectionString: inSession(url, statementTimeoutMs),
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    // PostgreSQL's own time-outs do not help against a server that is frozen or out of reach.
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS }),
    ...SESSION_TIMEOUTS,
    statement_timeout: statementTimeoutMs,
    application_name: "ringfence",
  });
  pool.on("error", onError);
  // Between a connection's being handed out and its first statement nobody else listens, and an unheard error ends the
  // process: PostgreSQL's farewell may come with its greeting. The next statement fails, so nothing is missed.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** The pools, each with its Prisma client. Opens no connection by itself. */
export function openClients(url: string, sizes: PoolSizes, onError: OnPoolError) {
  const pools = {
    main: openPool(url, sizes.main, STATEMENT_TIMEOUT_MS, onError),
    bulk: openPool(url, sizes.bulk, 0, onError),
    brakes: openPool(url, sizes.brakes, STATEMENT_TIMEOUT_MS, onError),
    flips: openPool(url, sizes.flips, 0, onError),
    keys: openPool(url, sizes.keys, STATEMENT_TIMEOUT_MS, onError),
    outbox: openPool(url, sizes.outbox, STATEMENT_TIMEOUT_MS, onError),
  };
  const prisma = (pool: pg.Pool) => new PrismaClient({ adapter: new PrismaPg(pool, { onConnectionError: onError }) });
  return {
    pools,
    main: prisma(pools.main),
    bulk: prisma(pools.bulk),
    brakes: prisma(pools.brakes),
    flips: prisma(pools.flips),
    keys: prisma(pools.keys),
    outbox: prisma(pools.outbox),
  };
}

export type Clients = ReturnType<typeof openClients>;
export type { PrismaClient };
export type PrismaTransaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];
