import { Redis } from "ioredis";

/** A producer's command fails after this time, in ms: an HTTP request must not wait for an unavailable Redis. */
const COMMAND_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const LONGEST_RECONNECT_MS = 1_000;

/** How long a producer waits for a connection that is being established, in ms. */
const READY_PATIENCE_MS = 1_000;

/** Connections report here that Redis is unavailable; they reconnect by themselves. */
export type OnRedisError = (error: Error) => void;

/**
 * Answers of a server that does not, or no longer, accept writes: a primary that became a replica, a server that is
 * loading its data, a replica that lost its primary, a blocked command that the change interrupted. The address may by
 * now lead to another server, so the client reconnects (redis.io/docs/latest/operate/oss_and_stack/management/replication).
 */
const WRONG_SERVER = /^(?:READONLY|LOADING|MASTERDOWN|UNBLOCKED)\b|-READONLY\b/;
/** Whether an error is such an answer. */
export const saysWrongServer = (error: unknown): boolean => error instanceof Error && WRONG_SERVER.test(error.message);
/** ioredis' code for: reconnect and resend the refused command, which had no effect. */
const RECONNECT_AND_RESEND = 2;

const retryStrategy = (attempt: number): number => Math.min(attempt * 100, LONGEST_RECONNECT_MS);

/** A connection that fails fast, for adding and removing jobs, publishing and reading. */
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

/** A connection for workers that waits for ever. It calls `onWrongServer` when it reconnects because of such an answer. */
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
 * A connection for a subscriber, which must subscribe itself at each `ready`: ioredis 6 would resubscribe without
 * catching errors, and a connection closed at that moment would end the process by an unhandled rejection.
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

/** Returns when a producer's connection is ready, which it nearly always is. Throws if Redis is unavailable, so that no caller waits for ever. */
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
