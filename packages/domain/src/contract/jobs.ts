import { z } from "zod";

/** The job contract: name, payload, options. Producers and the worker import only this. A payload is ids; the row is the truth. */
export const jobs = {
  "call.run": {
    queue: "calls",
    payload: z.object({ callId: z.uuid(), batchId: z.uuid() }),
    /** A finished job must leave nothing behind: its id would block adding it again. `attempts` because a run is safe to repeat. */
    options: {
      attempts: 1_000_000,
      /** The worker says how long: longer each time. */
      backoff: { type: "custom" },
      removeOnComplete: true,
      removeOnFail: true,
      /** A failure is logged by the worker; kept on the job, stacks would fill Redis while something is away. */
      stackTraceLimit: 0,
    },
  },
  "webhook.deliver": {
    queue: "webhooks",
    payload: z.object({ webhookId: z.uuid() }),
    /** The deliveries know when they are due: one that fails is put on the queue again by whoever looks. */
    options: { attempts: 1, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 },
  },
} as const;

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]["payload"]>;

/** What a run asks of the queue: nothing more, come again after a while (0 ms: back to its place), or give it to another worker first of all. */
export type JobResult =
  | { kind: "done"; outcome: string }
  | { kind: "later"; reason: string; retryAfterMs: number }
  | { kind: "handed-back" };

/** A job's work, knowing nothing of the queue. `signal` aborts when the worker must stop. */
export type Processor<Name extends JobName> = (
  payload: JobPayload<Name>,
  context: { signal: AbortSignal },
) => Promise<JobResult>;

/** One processor for each job; a missing one does not compile. */
export type Processors = { [Name in JobName]: Processor<Name> };

export const done = (outcome: string): JobResult => ({ kind: "done", outcome });
export const later = (retryAfterMs: number, reason: string): JobResult => ({ kind: "later", reason, retryAfterMs });
export const handedBack = (): JobResult => ({ kind: "handed-back" });
