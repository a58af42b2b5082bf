import type { CallsQueue } from "@ringfence/queue";
import type { Log } from "./deps.ts";

/** What is said where Redis' eviction policy may lose jobs. */
export const evictionWarning = (policy: string): string =>
  `Redis has the maxmemory-policy ${policy}: it would drop jobs when its memory is full; set it to noeviction`;

/** Looks at Redis' eviction policy once, in the background: a wrong one is one line at error. A Redis that is away is not waited for. */
export function warnOfEviction(queue: Pick<CallsQueue, "evictionPolicy">, log: Log): void {
  queue
    .evictionPolicy()
    .then((policy) => {
      if (policy !== null && policy !== "noeviction") log.error({ policy }, evictionWarning(policy));
    })
    .catch(() => undefined);
}
