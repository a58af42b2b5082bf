export { type Room, startCallWorker } from "./call-worker.ts";
export { type CallsQueue, type JobCounts, openCallsQueue } from "./calls-queue.ts";
export { type Endings, listenForEndings } from "./endings.ts";
export { createQueueHealth, type QueueHealth } from "./queue-health.ts";
export { openRateCounter, type RateCounter } from "./rate-counter.ts";
export { openWebhooksQueue, startWebhookWorker, type WebhooksQueue } from "./webhooks-queue.ts";
