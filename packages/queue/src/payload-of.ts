import { type JobName, type JobPayload, jobs } from "@ringfence/domain";
import { type Job, UnrecoverableError } from "bullmq";

/** The payload of a job of this name. Throws an error without retry for a foreign job: it would never fit. */
export function payloadOf<Name extends JobName>(name: Name, job: Job): JobPayload<Name> {
  const parsed = job.name === name ? jobs[name].payload.safeParse(job.data) : undefined;
  if (!parsed?.success) throw new UnrecoverableError("The job's name or payload is not in the job contract");
  return parsed.data as JobPayload<Name>;
}
