import type { Response } from "express";
import { z } from "zod";
import { type Answer, refuse } from "./api/answers.ts";
import type { Timers } from "./calls/timers.ts";

/** The requests a fault can be tied to. */
export const ROUTES = [
  "POST /v2/create-phone-call",
  "GET /v2/get-call/:id",
  "POST /v3/list-calls",
  "POST /v2/stop-call/:id",
  "GET /get-concurrency",
  "GET /get-api-key-info",
  "GET /v2/list-phone-numbers",
  "GET /get-phone-number/:n",
  "POST /v2/list-agents",
  "GET /get-agent/:id",
] as const;
/** One of the requests above. */
export type RouteKey = (typeof ROUTES)[number];

/** One way for requests to go wrong. */
export const FaultSpec = z.strictObject({
  /** One route, or `*` for all of them. */
  match: z.enum([...ROUTES, "*"]),
  /**
   * `status`: refused, nothing done. `status_after`: done, then answered so. `reset_before`, `reset_after`: the connection is reset
   * before or after it is done. `hang_after`: done, never answered. `slow`: done at once, answered late. `late`: done late, even if
   * the caller has long gone.
   */
  mode: z.enum(["status", "status_after", "reset_before", "reset_after", "hang_after", "slow", "late"]),
  /** How many requests it hits (default 1); `null` = until cleared. */
  times: z.int().min(1).nullable().optional(),
  /** Default 500 for `status`, 502 for `status_after`. */
  status: z.int().min(400).max(599).optional(),
  message: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Of `slow` and `late`, in real milliseconds; default 1,000. */
  delayMs: z.number().min(0).optional(),
});
/** See the schema of the same name. */
export type FaultSpec = z.infer<typeof FaultSpec>;

/** Does the work of a request and says what to answer. */
export type Work = () => Answer | Promise<Answer>;

/** The faults that wait for requests. */
export interface Faults {
  /** Adds a fault behind those that wait already. Throws a ZodError on one that makes no sense. */
  add(spec: FaultSpec): void;
  /** Does the work, or not, as the first fault for this route says. `null` = no answer: the connection is reset or left open. */
  run(route: RouteKey, res: Response, work: Work): Promise<Answer | null>;
  /** Forgets all faults; requests that one has caught already stay caught. */
  clear(): void;
  /** Clears, and cuts the connections of the requests that are caught. */
  reset(): void;
}

/** Creates an empty list of faults. */
export function createFaults(timers: Timers): Faults {
  let waiting: { spec: FaultSpec; left: number }[] = [];
  const kept = new Set<Response>();

  const take = (route: RouteKey): FaultSpec | undefined => {
    const found = waiting.find(({ spec }) => spec.match === "*" || spec.match === route);
    if (!found) return undefined;
    found.left -= 1;
    waiting = waiting.filter(({ left }) => left > 0);
    return found.spec;
  };

  const keep = (res: Response) => {
    kept.add(res);
    res.once("close", () => kept.delete(res));
  };

  const wait = (res: Response, ms: number) => {
    keep(res);
    return new Promise<void>((resolve) => timers.after(ms, resolve));
  };

  const failure = (spec: FaultSpec, status: number): Answer => ({
    ...refuse(spec.status ?? status, spec.message),
    ...(spec.headers && { headers: spec.headers }),
  });

  return {
    add(spec) {
      const parsed = FaultSpec.parse(spec);
      const { times = 1 } = parsed;
      waiting.push({ spec: parsed, left: times ?? Number.POSITIVE_INFINITY });
    },
    async run(route, res, work) {
      const spec = take(route);
      const delayMs = spec?.delayMs ?? 1_000;
      switch (spec?.mode) {
        case undefined:
          return work();
        case "status":
          return failure(spec, 500);
        case "status_after":
          await work();
          return failure(spec, 502);
        case "reset_before":
          res.socket?.resetAndDestroy();
          return null;
        case "reset_after":
          await work();
          res.socket?.resetAndDestroy();
          return null;
        case "hang_after":
          await work();
          keep(res);
          return null;
        case "slow": {
          const answer = await work();
          await wait(res, delayMs);
          return answer;
        }
        case "late":
          await wait(res, delayMs);
          return work();
      }
    },
    clear() {
      waiting = [];
    },
    reset() {
      this.clear();
      for (const res of kept) res.socket?.destroy();
      kept.clear();
    },
  };
}
