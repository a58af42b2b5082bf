import { type OnRedisError, producerConnection } from "./connection.ts";

/** A count that takes longer than this, in ms, is given up: an HTTP request must not wait for it. */
const PATIENCE_MS = 250;

/** Counts in Redis, shared by all processes that count under the same prefix. */
export interface RateCounter {
  /** Adds one hit under this name. Returns the hits in the current window and its remaining time, in ms. Throws if Redis is unavailable or slow. */
  hit(name: string, windowMs: number): Promise<{ hits: number; restMs: number }>;
  close(): Promise<void>;
}

/** Opens a rate counter on a connection of its own. */
export function openRateCounter(url: string, prefix: string, onError: OnRedisError): RateCounter {
  const redis = producerConnection(url, onError);
  const count = async (name: string, windowMs: number) => {
    const key = `${prefix}:rate:${name}`;
    const answers = await redis.multi().incr(key).pexpire(key, windowMs, "NX").pttl(key).exec();
    const failed = answers?.find(([error]) => error)?.[0];
    if (!answers || failed) throw failed ?? new Error("Redis gave no count");
    const [[, hits], , [, restMs]] = answers as [[null, number], [null, number], [null, number]];
    return { hits, restMs };
  };
  return {
    hit: async (name, windowMs) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("Redis is slow")), PATIENCE_MS);
      });
      return await Promise.race([count(name, windowMs), late]).finally(() => clearTimeout(timer));
    },
    close: async () => redis.disconnect(),
  };
}
