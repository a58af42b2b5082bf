import { createTimes } from "@ringfence/domain";
import { type CallsQueue, openCallsQueue } from "@ringfence/queue";
import type { PoolName, PoolSizes } from "./database/client.ts";
import { poolSizes, processName } from "./database/connections.ts";
import { openDatabase } from "./database/database.ts";

/** The settings that decide how a process reaches PostgreSQL and Redis, and its times; a worker has all of them. */
export interface StoreSettings {
  DATABASE_URL: string;
  DATABASE_CONNECTIONS: number;
  REDIS_URL: string;
  QUEUE_PREFIX: string;
  DIAL_TIMEOUT_MS: number;
  OUTCOME_UNKNOWN_AFTER_MS: number;
  TIME_SCALE: number;
  CALL_POLL_AFTER_MS?: number;
  SWEEP_INTERVAL_MS?: number;
}

/** How a kind of process uses the connections that it may open. */
interface Connecting {
  kind: string;
  /** The pools' shares. */
  pools: PoolSizes;
  /** Pools that keep all their connections open. */
  kept?: readonly PoolName[];
  /** Connections outside the pools. */
  others?: number;
}

/** The times of a process, its database and its queue of calls, opened alike by every kind of process. Waits for no connection. */
export function openStores(
  settings: StoreSettings,
  { kind, pools, kept = [], others = 0 }: Connecting,
  away: (service: string) => (error: Error) => void,
) {
  const { CALL_POLL_AFTER_MS: callPollAfterMs, SWEEP_INTERVAL_MS: sweepIntervalMs } = settings;
  const times = createTimes({
    dialTimeoutMs: settings.DIAL_TIMEOUT_MS,
    outcomeUnknownAfterMs: settings.OUTCOME_UNKNOWN_AFTER_MS,
    timeScale: settings.TIME_SCALE,
    ...(callPollAfterMs !== undefined && { callPollAfterMs }),
    ...(sweepIntervalMs !== undefined && { sweepIntervalMs }),
  });
  const most = settings.DATABASE_CONNECTIONS;
  const sizes = poolSizes(pools, most - others);
  return {
    times,
    db: openDatabase(settings.DATABASE_URL, sizes, away("PostgreSQL"), times, {
      name: processName(kind, most),
      kept,
    }),
    openQueue: (): CallsQueue => openCallsQueue(settings.REDIS_URL, settings.QUEUE_PREFIX, away("Redis")),
  };
}
