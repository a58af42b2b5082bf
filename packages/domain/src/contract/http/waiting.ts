import { z } from "zod";
import { count, time } from "./fields.ts";

/** Reasons why a pending call is not dialled, in the order in which they are answered. */
export const WAITING_REASONS = [
  "campaign_held",
  "batch_held",
  "lines_held",
  "queue_away",
  "no_worker",
  "database_slow",
  "lines_full",
  "pace",
  "slowed",
] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** One reason why calls of a batch are not dialled now. */
export const WaitingCalls = z
  .object({
    reason: z.enum(WAITING_REASONS).meta({ description: "`lines_full` and `pace` are ordinary work" }),
    calls: count.nullable().meta({ description: "How many calls it keeps; null: not known" }),
    until: time.nullable().meta({ description: "When it ends by itself; null: not by itself, or not known" }),
    detail: z.string().nullable(),
  })
  .meta({ id: "WaitingCalls" });
export type WaitingCalls = z.infer<typeof WaitingCalls>;

/** Why the pending calls of a batch are not dialled now. */
export const WaitingView = z
  .object({
    pending_calls: count,
    in_progress_calls: count,
    reasons: z
      .array(WaitingCalls)
      .meta({ description: "Every reason that keeps at least one pending call, each once" }),
    next_dial_at: time
      .nullable()
      .meta({ description: "When the pace allows the next dial; null while nobody can be dialled" }),
    finish_at: time.nullable().meta({
      description:
        "When the last call will have ended, at the pace of the last five minutes; null while nobody can be dialled, or too few were",
    }),
  })
  .meta({ id: "Waiting" });
export type WaitingView = z.infer<typeof WaitingView>;
