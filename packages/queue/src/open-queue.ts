import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { OnRedisError } from "./connection.ts";

/** Wait before opening a queue is retried, in ms. */
const REOPEN_AFTER_MS = 1_000;

/**
 * A BullMQ queue on a producer's connection. A queue whose first command to Redis is interrupted rejects every later
 * command, so it is replaced; read `queue` afresh each time.
 */
export function openQueue<Payload>(
  name: string,
  redis: Redis,
  { prefix, onError }: { prefix: string; onError: OnRedisError },
) {
  let closed = false;
  const open = () => {
    const opened = new Queue<Payload>(name, { connection: redis, prefix, skipMetasUpdate: true });
    opened.on("error", onError);
    opened.waitUntilReady().catch((error: Error) => {
      onError(error);
      setTimeout(() => {
        if (!closed) queue = open();
      }, REOPEN_AFTER_MS).unref();
    });
    return opened;
  };
  let queue = open();
  return {
    get queue() {
      return queue;
    },
    close: async (): Promise<void> => {
      closed = true;
      await queue.close().catch(onError);
    },
  };
}
