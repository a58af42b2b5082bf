import { z } from "zod";

/** The job contract: name, payload, options. Producers and the worker import only this. A payload is ids; the row is the truth. */
export const jobs = {
  "call.run": {
    queue: "calls",
    payload: z.object({ callId: z.uuid(), batchId: z.uuid() }),
    /** A finished job must leave nothing behind: its id would block adding it again. `attempts` because a run is safe to repeat. */
    options: {
      attempts: 1_000_000,
      /** The worker computes the wait, longer after each failure. */
      backoff: { type: "custom" },
      removeOnComplete: true,
      removeOnFail: true,
      /** The worker logs failures. Stacks stored on jobs would fill Redis during an outage. */
      stackTraceLimit: 0,
    },
  },
  "webhook.deliver": {
    queue: "webhooks",
    payload: z.object({ webhookId: z.uuid() }),
    /** A delivery's row says when it is due, so a failed job is not retried: the next check adds a new one. */
    options: { attempts: 1, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 },
  },
} as const;

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]["payload"]>;

/**
 * The result of a run: finished, back to its place in the queue, or hand over to another worker ahead of all others.
 * `afterwards` runs when a finished job is gone, and may add it again.
 */
export type JobResult =
  | { kind: "done"; outcome: string; afterwards?: () => Promise<void> }
  | { kind: "back"; reason: string }
  | { kind: "handed-back" };

/** The work of a job, which knows nothing about the queue. `signal` aborts when the worker must stop. */
export type Processor<Name extends JobName> = (
  payload: JobPayload<Name>,
  context: { signal: AbortSignal },
) => Promise<JobResult>;

/** One processor for each job; a missing one does not compile. */
export type Processors = { [Name in JobName]: Processor<Name> };

export const done = (outcome: string, afterwards?: () => Promise<void>): JobResult => ({
  kind: "done",
  outcome,
  ...(afterwards && { afterwards }),
});
export const backToQueue = (reason: string): JobResult => ({ kind: "back", reason });
export const handedBack = (): JobResult => ({ kind: "handed-back" });
