import { type JobName, type JobPayload, jobs } from "@ringfence/domain";
import { type Job, UnrecoverableError } from "bullmq";

/** The payload of a job of this name. Throws for one that is not ours: what does not fit will never fit. */
export function payloadOf<Name extends JobName>(name: Name, job: Job): JobPayload<Name> {
  const parsed = job.name === name ? jobs[name].payload.safeParse(job.data) : undefined;
  if (!parsed?.success) throw new UnrecoverableError("the job's name or payload is not one of ours");
  return parsed.data as JobPayload<Name>;
}
