import { type JobPayload, jobs, type Processors } from "@ringfence/domain";
import { Worker } from "bullmq";
import { type OnRedisError, producerConnection, whenReady, workerConnection } from "./connection.ts";
import { openQueue } from "./open-queue.ts";
import { payloadOf } from "./payload-of.ts";

const NAME = "webhook.deliver";

/** The `webhooks` queue for code that finds a webhook with due deliveries. Its operations fail fast when Redis is unavailable and are safe to repeat. */
export function openWebhooksQueue(options: { url: string; prefix: string; onError: OnRedisError }) {
  const redis = producerConnection(options.url, options.onError);
  const opened = openQueue<JobPayload<typeof NAME>>(jobs[NAME].queue, redis, options);
  return {
    /** Adds a job for each of these webhooks, unless the webhook already has a waiting or active job. */
    nudge: async (webhookIds: readonly string[]): Promise<void> => {
      if (webhookIds.length === 0) return;
      await whenReady(redis);
      await opened.queue.addBulk(
        webhookIds.map((webhookId) => ({
          name: NAME,
          data: { webhookId },
          opts: { ...jobs[NAME].options, jobId: webhookId },
        })),
      );
    },
    /** Closes the connection immediately, whether Redis is available or not. */
    close: async (): Promise<void> => {
      await opened.close();
      redis.disconnect();
    },
  };
}

export type WebhooksQueue = ReturnType<typeof openWebhooksQueue>;

/** Runs the jobs of the `webhooks` queue. The processor must return soon when `signal` aborts; deliveries left over are sent later. */
export function startWebhookWorker(options: {
  url: string;
  prefix: string;
  concurrency: number;
  lockMs: number;
  processors: Pick<Processors, typeof NAME>;
  signal: AbortSignal;
  onError: OnRedisError;
}): { close(): Promise<void> } {
  const redis = workerConnection(options.url, options.onError);
  const worker = new Worker(
    jobs[NAME].queue,
    async (job) => (await options.processors[NAME](payloadOf(NAME, job), { signal: options.signal })).kind,
    {
      connection: redis,
      prefix: options.prefix,
      concurrency: options.concurrency,
      drainDelay: 1,
      lockDuration: options.lockMs,
      stalledInterval: options.lockMs / 4,
      maxStalledCount: 1_000,
    },
  );
  worker.on("error", options.onError);
  worker.on("failed", (_job, error) => options.onError(error));
  return {
    close: async () => {
      if (redis.status === "ready") await worker.close().catch(options.onError);
      redis.disconnect();
    },
  };
}
