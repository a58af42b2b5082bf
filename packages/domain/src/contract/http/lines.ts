import { z } from "zod";
import { count, empty, time } from "./fields.ts";

/** Slowest pace that is not "no limit": one dial in 1,000 s. PostgreSQL has no interval long enough for any fraction. */
const SLOWEST_PACE = 0.001;

/** PUT /v1/lines */
export const UpdateLines = empty(
  z
    .strictObject({
      limit: z.int().min(1).max(10_000).optional(),
      calls_per_second: z
        .number()
        .min(0)
        .max(10_000)
        .refine((pace) => pace <= 0 || pace >= SLOWEST_PACE, `Must be 0 (no limit) or at least ${SLOWEST_PACE}`)
        .optional(),
    })
    .refine((lines) => lines.limit !== undefined || lines.calls_per_second !== undefined, {
      path: ["limit"],
      message: "Name limit or calls_per_second",
    }),
);
export type UpdateLines = z.infer<typeof UpdateLines>;

/** Reasons why no call is dialled although calls wait; the first that applies is reported. `pace` and `lines_full` occur in normal operation. */
export const BLOCKED_BY = ["no_worker", "held", "queue_away", "lines_full", "pace", "slowed"] as const;
export type BlockedBy = (typeof BLOCKED_BY)[number];

/** The lines as the API shows them. `waiting` counts the pending rows of open batches. */
export const LinesView = z
  .object({
    limit: z.int().meta({ description: "Most calls in progress at once, over all workers" }),
    calls_per_second: z.number().meta({ description: "Most dials a second over all workers; 0: no limit" }),
    in_use: count.meta({ description: "Calls in progress" }),
    waiting: count.meta({ description: "Pending calls of open batches" }),
    held: z
      .object({ reason: z.string(), since: time })
      .nullable()
      .meta({ description: "Why nobody is dialled at the moment; null: calls are dialled" }),
    next_dial_at: time.meta({ description: "When the pace allows the next dial" }),
    workers: count.meta({ description: "Workers alive: with a heartbeat within the last 10 s" }),
    blocked_by: z
      .enum(BLOCKED_BY)
      .nullable()
      .meta({
        description:
          "Why no pending call is dialled at this moment, the first that applies; null while nothing waits or calls are dialled. " +
          "`pace` and `lines_full` are ordinary work",
      }),
    simulated: z.boolean().meta({ description: "Whether Retell is the simulator: nobody's phone rings" }),
  })
  .meta({ id: "Lines" });
export type LinesView = z.infer<typeof LinesView>;
