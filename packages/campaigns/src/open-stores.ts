import { createTimes } from "@ringfence/domain";
import { type CallsQueue, openCallsQueue } from "@ringfence/queue";
import type { PoolSizes } from "./database/client.ts";
import { openDatabase } from "./database/database.ts";

/** The settings that decide how a process reaches PostgreSQL and Redis, and its times; a worker has all of them. */
export interface StoreSettings {
  DATABASE_URL: string;
  REDIS_URL: string;
  QUEUE_PREFIX: string;
  DIAL_TIMEOUT_MS: number;
  OUTCOME_UNKNOWN_AFTER_MS: number;
  TIME_SCALE: number;
  CALL_POLL_AFTER_MS?: number;
  SWEEP_INTERVAL_MS?: number;
}

/** The times of a process, its database and its queue of calls, opened alike by every kind of process. Nothing connects yet. */
export function openStores(
  settings: StoreSettings,
  pools: PoolSizes,
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
  return {
    times,
    db: openDatabase(settings.DATABASE_URL, pools, away("PostgreSQL"), times),
    openQueue: (): CallsQueue => openCallsQueue(settings.REDIS_URL, settings.QUEUE_PREFIX, away("Redis")),
  };
}
