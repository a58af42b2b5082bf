import type { CallsQueue } from "@ringfence/queue";
import type { Log } from "./deps.ts";

/** The warning about an eviction policy of Redis that may lose jobs. */
export const evictionWarning = (policy: string): string =>
  `Redis has the maxmemory-policy ${policy}: it would drop jobs when its memory is full; set it to noeviction`;

/** Checks Redis' eviction policy once, in the background. A wrong policy is logged as one error; an unavailable Redis is not waited for. */
export function warnOfEviction(queue: Pick<CallsQueue, "evictionPolicy">, log: Log): void {
  queue
    .evictionPolicy()
    .then((policy) => {
      if (policy !== null && policy !== "noeviction") log.error({ policy }, evictionWarning(policy));
    })
    .catch(() => undefined);
}
