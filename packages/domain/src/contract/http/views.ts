import { z } from "zod";
import { ROLES } from "../roles.ts";
import { AUDIT_ACTIONS } from "./audit.ts";

/**
 * What the API answers. The schemas are the documentation's too: `id` names one in it. Times are `Date` here and ISO 8601
 * in UTC over HTTP.
 */
const id = z.guid();
const time = z.date();
const count = z.int().min(0);
const status = z.enum(["pending", "in_progress", "completed", "failed"]);

/** Counters as batches, campaigns and receipts show them. */
export const CallCounts = z.object({
  pending_calls: count.meta({ description: "Not dialled yet" }),
  in_progress_calls: count.meta({ description: "Claimed, dialling or live; each holds a line" }),
  completed_calls: count.meta({ description: "Reached a person or a machine" }),
  failed_calls: count.meta({ description: "All others that ended, cancelled ones included" }),
  cancelled_calls: count.meta({ description: "Stopped before they were dialled; part of failed_calls" }),
});
export type CallCounts = z.infer<typeof CallCounts>;

/** A campaign, with the counts of its candidates and of all its calls. */
export const CampaignView = z
  .object({
    id,
    name: z.string(),
    status: z
      .enum(["active", "paused"])
      .meta({ description: "A paused campaign takes no launch until it is set active" }),
    from_number: z.string().meta({ description: "Your number at Retell; masked for viewers", example: "+12025550199" }),
    agent_id: z.string().nullable().meta({ description: "Retell's agent; null: the one bound to the number" }),
    created_at: time,
    archived_at: time
      .nullable()
      .meta({ description: "An archived campaign takes no launch, and lists leave it out; null: not archived" }),
    candidates: count,
    undialed_candidates: count.meta({ description: "Candidates who were never dialled and have no unfinished call" }),
    open_batches: count.meta({ description: "Batches in progress" }),
    ...CallCounts.shape,
  })
  .meta({ id: "Campaign" });
export type CampaignView = z.infer<typeof CampaignView>;

/** A campaign as whoever saved it sees it. */
export const SavedCampaignView = CampaignView.extend({
  unverified: z
    .literal(true)
    .optional()
    .meta({ description: "Retell did not say whether it has this number and agent; saved all the same" }),
}).meta({ id: "SavedCampaign" });
export type SavedCampaignView = z.infer<typeof SavedCampaignView>;

/** A batch with its counts. */
export const BatchView = z
  .object({
    id,
    campaign_id: id,
    status: z.enum(["in_progress", "completed", "cancelled"]),
    total_candidates: count,
    ...CallCounts.shape,
    created_at: time,
    completed_at: time.nullable().meta({ description: "When its last call ended, whether it was cancelled or not" }),
    cancelled_at: time.nullable(),
  })
  .meta({ id: "Batch" });
export type BatchView = z.infer<typeof BatchView>;

/** A call. Times by PostgreSQL's clock, `started_at` and `ended_at` as Retell tells them. */
export const CallView = z
  .object({
    id,
    batch_id: id,
    campaign_id: id,
    candidate_id: id,
    phone_number: z.string().meta({ description: "E.164; masked for viewers", example: "+14155550100" }),
    name: z.string().nullable(),
    call_status: status,
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

/** A candidate, with the status of their newest call. */
export const CandidateView = z
  .object({
    id,
    campaign_id: id,
    phone_number: z.string().meta({ description: "E.164; masked for viewers", example: "+14155550100" }),
    name: z.string().nullable(),
    external_id: z.string().nullable().meta({ description: "Your own id of this person" }),
    dynamic_variables: z
      .record(z.string(), z.unknown())
      .meta({ description: "What the agent may say of them; sent to Retell as text" }),
    created_at: time,
    last_call_status: status.nullable(),
    last_call_cancelled: z.boolean().meta({ description: "Whether that call failed because a stop cancelled it" }),
  })
  .meta({ id: "Candidate" });
export type CandidateView = z.infer<typeof CandidateView>;

/** A row that was not imported. */
export const RejectedRow = z.object({
  row: z.int().min(1).meta({ description: "1 is the first row after the header, or the first element" }),
  line: z.int().min(1).nullable().meta({ description: "Line of the body in which the row begins; null in JSON" }),
  phone_number: z.string(),
  reason: z.string(),
  values: z.unknown().optional().meta({
    description: "The row as it came: the fields of a CSV's row, else the element. Absent beyond 16 MB in all",
  }),
});
export type RejectedRow = z.infer<typeof RejectedRow>;

/** What an import of numbers did; the first 1,000 rejected rows are named, or as many as were asked for. */
export const ImportReport = z
  .object({
    created: count,
    duplicates: count.meta({ description: "Numbers that are there, or came in an earlier row, already" }),
    rejected_count: count,
    rejected: z.array(RejectedRow).meta({ description: "The first 1,000, or `rejected_limit`" }),
    values_left_out: count.optional().meta({ description: "How many of them are named without `values`" }),
  })
  .meta({ id: "ImportReport" });
export type ImportReport = z.infer<typeof ImportReport>;

/** What an import of candidates did. */
export const CandidatesReport = ImportReport.extend({
  updated: count.meta({ description: "Known candidates who were replaced, with `on_duplicate=update`" }),
  on_do_not_call: count.meta({
    description: "How many of the created are on the do-not-call list: nobody will call them",
  }),
}).meta({ id: "CandidatesReport" });
export type CandidatesReport = z.infer<typeof CandidatesReport>;

/** A number that is never dialled. */
export const DoNotCallView = z
  .object({
    id,
    phone_number: z.string().meta({ description: "E.164; masked for viewers", example: "+14155550100" }),
    created_at: time,
    created_by: z.string().meta({ description: "Name of the key that added it" }),
  })
  .meta({ id: "DoNotCallEntry" });
export type DoNotCallView = z.infer<typeof DoNotCallView>;

/** How many calls ended for a reason: Retell's disconnection reason or, where there is none, the error message. */
export const ReasonCount = z
  .object({
    call_status: z.enum(["completed", "failed"]),
    reason: z.string().nullable().meta({ description: "null: ended without one", example: "dial_busy" }),
    calls: count,
  })
  .meta({ id: "ReasonCount" });
export type ReasonCount = z.infer<typeof ReasonCount>;

/** Whom a launch would call now. */
export const LaunchPreview = z
  .object({
    include: z.enum(["undialed", "unreached"]),
    candidates: count.meta({ description: "Without those on the do-not-call list" }),
    on_do_not_call: count.meta({ description: "Who would be called, were they not on the do-not-call list" }),
    first: z
      .array(z.object({ name: z.string().nullable(), phone_number: z.string() }))
      .meta({ description: "The first five, in import order" }),
  })
  .meta({ id: "LaunchPreview" });
export type LaunchPreview = z.infer<typeof LaunchPreview>;

/** Why nobody is dialled although calls wait: the first that applies. `pace` and `lines_full` are ordinary work. */
export const BLOCKED_BY = ["no_worker", "held", "queue_away", "lines_full", "pace", "slowed"] as const;
export type BlockedBy = (typeof BLOCKED_BY)[number];

/** The lines as the API shows them. `waiting`: pending rows of open batches. */
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

/** What a stop did; totals over the batches it speaks of, as they were when it was written. */
export const Receipt = z
  .object({
    campaign_id: id,
    batch_id: id.nullable().meta({ description: "null for a stop of the whole campaign" }),
    cancelled_batches: z.array(id),
    mode: z.enum(["drain", "hangup"]),
    cancelled_now: count.meta({ description: "Calls cancelled since this request's brake" }),
    total_candidates: count,
    ...CallCounts.shape,
    stopped_at: time,
  })
  .meta({ id: "Receipt" });
export type Receipt = z.infer<typeof Receipt>;

/** An API key as it is shown after its creation: never the key itself, of which only a digest is stored. */
export const KeyView = z
  .object({
    id,
    name: z.string(),
    role: z.enum(ROLES),
    prefix: z.string().meta({ description: "The first characters of the key, by which its owner knows it" }),
    created_at: time,
    created_by: z.string(),
    expires_at: time.nullable().meta({ description: "null: holds until it is deleted" }),
    last_used_at: time.nullable().meta({ description: "To the minute" }),
  })
  .meta({ id: "Key" });
export type KeyView = z.infer<typeof KeyView>;

/** What POST /v1/keys answers: the only time that the key is shown. */
export const NewKeyView = KeyView.extend({
  key: z.string().meta({ description: "The key itself, shown this once" }),
}).meta({ id: "NewKey" });
export type NewKeyView = z.infer<typeof NewKeyView>;

/** Whom the API takes the caller for. */
export const SessionView = z
  .object({
    name: z.string().meta({ description: "Of the key" }),
    role: z.enum(ROLES),
    expires_at: time
      .nullable()
      .meta({ description: "When a browser's session ends; null for a key sent with the request" }),
  })
  .meta({ id: "Session" });
export type SessionView = z.infer<typeof SessionView>;

/** A link that signs a browser in once, from this machine only. */
export const SignInLink = z.object({ token: z.string(), expires_at: time }).meta({ id: "SignInLink" });
export type SignInLink = z.infer<typeof SignInLink>;

/** Who did what when. `actor` is the name of their key. */
export const AuditView = z
  .object({
    id,
    at: time,
    actor: z.string().meta({ description: "Name of the key; `ringfence` where no person acts" }),
    action: z.enum(AUDIT_ACTIONS),
    campaign_id: id.nullable(),
    batch_id: id.nullable(),
    detail: z.record(z.string(), z.unknown()).meta({ description: "What was changed; of a stop, its receipt" }),
  })
  .meta({ id: "AuditEntry" });
export type AuditView = z.infer<typeof AuditView>;

/** A page of a list, as the schema of its answer. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().meta({ description: "`cursor` of the next page; null on the last one" }),
  });
/** A page of a list. `next_cursor` is null on the last one. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}
