import { Redis } from "ioredis";

/** A producer's command fails after this long, in ms: an HTTP request must not wait for a Redis that is away. */
const COMMAND_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const LONGEST_RECONNECT_MS = 1_000;

/** A producer waits this long, in ms, for a connection that is just being made. */
const READY_PATIENCE_MS = 1_000;

/** Where connections report that Redis is away; they reconnect by themselves. */
export type OnRedisError = (error: Error) => void;

const retryStrategy = (attempt: number): number => Math.min(attempt * 100, LONGEST_RECONNECT_MS);

/** A connection that fails fast: for enqueueing, removing, publishing and looking. */
export function producerConnection(url: string, onError: OnRedisError): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy,
  });
  redis.on("error", onError);
  return redis;
}

/** A connection that waits for ever: for workers and subscribers. */
export function workerConnection(url: string, onError: OnRedisError): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null, connectTimeout: CONNECT_TIMEOUT_MS, retryStrategy });
  redis.on("error", onError);
  return redis;
}

/** Returns when a producer's connection is there, which it nearly always is; throws if Redis is away, so that nobody waits for ever. */
export async function whenReady(redis: Redis): Promise<void> {
  if (redis.status === "ready") return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off("ready", onReady);
      reject(new Error("Redis is away"));
    }, READY_PATIENCE_MS);
    const onReady = () => {
      clearTimeout(timer);
      resolve();
    };
    redis.once("ready", onReady);
  });
}
