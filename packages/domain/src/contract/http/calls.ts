import { z } from "zod";
import { CALL_SORTS } from "./call-sorts.ts";
import { callStatus, count, format, id, search, time } from "./fields.ts";
import { PageQuery } from "./pages.ts";

/** Query of GET /v1/batches/{id}/calls. */
export const CallsQuery = PageQuery.extend({
  status: callStatus.optional(),
  /** Only calls that ended for this reason, as GET /v1/batches/{id}/reasons names it. */
  reason: z.string().min(1).max(1_000).optional(),
  /** Part of a name or of a phone number. */
  search,
  sort: z.enum(CALL_SORTS).default("turn"),
  format,
});
export type CallsQuery = z.infer<typeof CallsQuery>;

/** Counters as batches, campaigns and receipts show them. */
export const CallCounts = z.object({
  pending_calls: count.meta({ description: "Not dialled yet" }),
  in_progress_calls: count.meta({ description: "Claimed, dialling or live; each holds a line" }),
  completed_calls: count.meta({ description: "Reached a person or a machine" }),
  failed_calls: count.meta({ description: "All others that ended, cancelled ones included" }),
  cancelled_calls: count.meta({ description: "Stopped before they were dialled; part of failed_calls" }),
});
export type CallCounts = z.infer<typeof CallCounts>;

/** A call. Times are by PostgreSQL's clock, except `started_at` and `ended_at`, which Retell reports. */
export const CallView = z
  .object({
    id,
    batch_id: id,
    campaign_id: id,
    candidate_id: id,
    phone_number: z.string().meta({ description: "E.164; masked for viewers", example: "+14155550100" }),
    name: z.string().nullable(),
    call_status: callStatus,
    placed: z
      .enum(["no", "yes", "unknown"])
      .meta({ description: "Whether a phone may have rung. Only where it is `no` the candidate may be called again" }),
    retell_call_id: z.string().nullable(),
    error_message: z.string().nullable().meta({ description: "Why it failed", example: "Batch cancelled by user" }),
    disconnection_reason: z.string().nullable().meta({ description: "As Retell tells it", example: "user_hangup" }),
    created_at: time,
    claimed_at: time.nullable().meta({ description: "When a worker took it and a line" }),
    dialed_at: time.nullable().meta({ description: "When Retell was asked to dial" }),
    started_at: time.nullable().meta({ description: "When it was answered" }),
    ended_at: time.nullable(),
    duration_ms: z.int().nullable().meta({ description: "Of the conversation, in milliseconds" }),
    cancelled_at: time.nullable(),
    recording_url: z.string().nullable(),
    analysis: z.unknown().meta({ description: "Retell's analysis of the call, as it sent it; null before" }),
  })
  .meta({ id: "Call" });
export type CallView = z.infer<typeof CallView>;

/** How many calls ended for a reason: Retell's disconnection reason or, where there is none, the error message. */
export const ReasonCount = z
  .object({
    call_status: z.enum(["completed", "failed"]),
    reason: z.string().nullable().meta({ description: "null: ended without one", example: "dial_busy" }),
    calls: count,
  })
  .meta({ id: "ReasonCount" });
export type ReasonCount = z.infer<typeof ReasonCount>;
