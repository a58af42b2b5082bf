import { Redis } from "ioredis";

/** A producer's command fails after this long, in ms: an HTTP request must not wait for a Redis that is away. */
const COMMAND_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const LONGEST_RECONNECT_MS = 1_000;

/** A producer waits this long, in ms, for a connection that is just being made. */
const READY_PATIENCE_MS = 1_000;

/** Where connections report that Redis is away; they reconnect by themselves. */
export type OnRedisError = (error: Error) => void;

/**
 * What a server answers that is not, or no longer, the one to write to: a primary that became a replica, one that is
 * loading its data, a replica that lost its primary, a blocked command that the change cut off. The address may lead to
 * another server by now, so the connection is made anew (redis.io/docs/latest/operate/oss_and_stack/management/replication).
 */
const WRONG_SERVER = /^(?:READONLY|LOADING|MASTERDOWN|UNBLOCKED)\b|-READONLY\b/;
/** Whether an error says so. */
export const saysWrongServer = (error: unknown): boolean => error instanceof Error && WRONG_SERVER.test(error.message);
/** Reconnect, and send the command that was refused again: it had no effect. */
const RECONNECT_AND_RESEND = 2;

const retryStrategy = (attempt: number): number => Math.min(attempt * 100, LONGEST_RECONNECT_MS);

/** A connection that fails fast: for enqueueing, removing, publishing and looking. */
export function producerConnection(url: string, onError: OnRedisError): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy,
    reconnectOnError: saysWrongServer,
  });
  redis.on("error", onError);
  return redis;
}

/** A connection that waits for ever: for workers. `onWrongServer` hears when it met one and reconnects. */
export function workerConnection(url: string, onError: OnRedisError, onWrongServer: () => void = () => {}): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy,
    reconnectOnError: (error) => {
      if (!saysWrongServer(error)) return false;
      onWrongServer();
      return RECONNECT_AND_RESEND;
    },
  });
  redis.on("error", onError);
  return redis;
}

/**
 * Connection of a subscriber, who subscribes at each `ready` by itself: ioredis 6 would do it without catching, and a
 * connection closed in that moment would end the process by an unhandled rejection.
 */
export function subscriberConnection(url: string, onError: OnRedisError): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy,
    autoResubscribe: false,
  });
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
