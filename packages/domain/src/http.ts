import { z } from "zod";
import { CALL_SORTS } from "./call-sorts.ts";

/** Longest list of candidates in one JSON request. */
export const MOST_CANDIDATES = 10_000;
const MOST_TEXT = 200;
/** Slowest pace that is not "no limit": one dial in 1,000 s. PostgreSQL has no interval long enough for any fraction. */
const SLOWEST_PACE = 0.001;

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (value: string): boolean => !/[\0\p{Surrogate}]/u.test(value);
const plain = z.string().refine(storable, "Must not hold NUL or broken characters");
const short = plain.max(MOST_TEXT, `At most ${MOST_TEXT} characters`);
/** A text of 1 to 200 characters that can be stored. */
export const text = short.trim().min(1, "Must not be empty");
const phoneNumber = z
  .string()
  .trim()
  .regex(/^\+[1-9]\d{6,14}$/, "Must be an international number such as +14155550100");
/** A body that may be left out. */
export const empty = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((body) => body ?? {}, schema);

/** POST /v1/campaigns */
export const CreateCampaign = empty(
  z.strictObject({ name: text, from_number: phoneNumber, agent_id: text.optional() }),
);
export type CreateCampaign = z.infer<typeof CreateCampaign>;

/** PATCH /v1/campaigns/{id} */
export const UpdateCampaign = empty(
  z.strictObject({
    name: text.optional(),
    from_number: phoneNumber.optional(),
    agent_id: text.nullable().optional(),
    status: z.literal("active", 'Only "active" can be set; POST /v1/campaigns/{id}/stop pauses a campaign').optional(),
  }),
);
export type UpdateCampaign = z.infer<typeof UpdateCampaign>;

/** One candidate as a client sends it. Its number is looked at when it is imported, so that one bad number costs one row. */
export const CandidateInput = z.strictObject({
  phone_number: z.string(),
  name: short.nullish(),
  external_id: short.nullish(),
  dynamic_variables: z
    .record(plain, z.union([plain, z.number(), z.boolean()], "Must be a text, a number, true or false, all storable"))
    .optional(),
});
export type CandidateInput = z.infer<typeof CandidateInput>;

/** POST /v1/campaigns/{id}/candidates, JSON */
export const ImportCandidates = empty(
  z.strictObject({
    // Counted before it is looked into: of millions of wrong elements each would be a fault of its own.
    candidates: z
      .array(z.unknown())
      .min(1, "Name at least one candidate")
      .max(MOST_CANDIDATES, `At most ${MOST_CANDIDATES} in one request; send more as text/csv`)
      .pipe(z.array(CandidateInput)),
  }),
);

/** POST /v1/campaigns/{id}/launch */
export const LaunchCalls = empty(
  z.strictObject({
    include: z.enum(["undialed", "unreached"]).default("undialed"),
    limit: z.int().min(1).max(2_000_000).optional(),
  }),
);
export type LaunchCalls = z.infer<typeof LaunchCalls>;

/** POST /v1/batches/{id}/cancel and POST /v1/campaigns/{id}/stop */
export const StopRequest = empty(z.strictObject({ mode: z.enum(["drain", "hangup"]).default("drain") }));
/** `drain`: live calls end naturally. `hangup`: they are also ended at Retell. */
export type StopMode = z.infer<typeof StopRequest>["mode"];

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

/** A request without fields. */
export const NoFields = empty(z.strictObject({}));

/** Query of every list: `limit` 1-1000 (default 50), `cursor` from the page before. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(500).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** Query of GET /v1/batches. */
export const BatchesQuery = PageQuery.extend({
  campaign_id: z.guid().optional(),
  status: z.enum(["in_progress", "completed", "cancelled"]).optional(),
});
/** Query of GET /v1/batches/{id}/calls. */
export const CallsQuery = PageQuery.extend({
  status: z.enum(["pending", "in_progress", "completed", "failed"]).optional(),
  /** Calls that ended for this reason, as GET /v1/batches/{id}/reasons names it. */
  reason: z.string().min(1).max(1_000).optional(),
  /** Part of a name or of a number. */
  search: z.string().trim().min(1).max(MOST_TEXT).refine(storable, "Must not hold NUL or broken characters").optional(),
  sort: z.enum(CALL_SORTS).default("turn"),
  /** `csv` exports the whole list, as `Accept: text/csv` does. */
  format: z.enum(["json", "csv"]).optional(),
});
export type CallsQuery = z.infer<typeof CallsQuery>;

/** How many calls ended for a reason: Retell's disconnection reason or, where there is none, the error message. */
export interface ReasonCount {
  call_status: "completed" | "failed";
  /** null: ended without one. */
  reason: string | null;
  calls: number;
}

/** Query of GET /v1/campaigns/{id}/launch. */
export const LaunchPreviewQuery = z.strictObject({ include: z.enum(["undialed", "unreached"]).default("undialed") });

/** Whom a launch would call now. */
export interface LaunchPreview {
  include: "undialed" | "unreached";
  candidates: number;
  /** The first five, in import order. */
  first: { name: string | null; phone_number: string }[];
}

/** A page of a list. `next_cursor` is null on the last one. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Counters as batches, campaigns and receipts show them. */
export interface CallCounts {
  pending_calls: number;
  in_progress_calls: number;
  completed_calls: number;
  failed_calls: number;
  /** Part of `failed_calls`. */
  cancelled_calls: number;
}

/** A campaign, with the counts of its candidates and of all its calls. */
export interface CampaignView extends CallCounts {
  id: string;
  name: string;
  status: "active" | "paused";
  from_number: string;
  agent_id: string | null;
  created_at: Date;
  candidates: number;
  undialed_candidates: number;
  open_batches: number;
}

/** A batch with its counts. */
export interface BatchView extends CallCounts {
  id: string;
  campaign_id: string;
  status: "in_progress" | "completed" | "cancelled";
  total_candidates: number;
  created_at: Date;
  completed_at: Date | null;
  cancelled_at: Date | null;
}

/** A call. Times by PostgreSQL's clock, `started_at` and `ended_at` as Retell tells them. */
export interface CallView {
  id: string;
  batch_id: string;
  campaign_id: string;
  candidate_id: string;
  phone_number: string;
  name: string | null;
  call_status: "pending" | "in_progress" | "completed" | "failed";
  placed: "no" | "yes" | "unknown";
  retell_call_id: string | null;
  error_message: string | null;
  disconnection_reason: string | null;
  created_at: Date;
  claimed_at: Date | null;
  dialed_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  duration_ms: number | null;
  cancelled_at: Date | null;
  recording_url: string | null;
  analysis: unknown;
}

/** A candidate, with the status of their newest call. */
export interface CandidateView {
  id: string;
  campaign_id: string;
  phone_number: string;
  name: string | null;
  external_id: string | null;
  dynamic_variables: Record<string, unknown>;
  created_at: Date;
  last_call_status: "pending" | "in_progress" | "completed" | "failed" | null;
  /** Whether that call failed because a stop cancelled it. */
  last_call_cancelled: boolean;
}

/** What an import did. `row` 1 is the first data row; the first 1,000 rejected rows are named. */
export interface ImportReport {
  created: number;
  duplicates: number;
  rejected_count: number;
  rejected: { row: number; phone_number: string; reason: string }[];
}

/** The lines as the API shows them. `waiting`: pending rows of open batches. */
export interface LinesView {
  limit: number;
  calls_per_second: number;
  in_use: number;
  waiting: number;
  held: { reason: string; since: Date } | null;
}

/** What a stop did; totals over the batches it speaks of, as they were when it was written. */
export interface Receipt extends CallCounts {
  campaign_id: string;
  /** null for a stop of the whole campaign. */
  batch_id: string | null;
  cancelled_batches: string[];
  mode: StopMode;
  /** Rows cancelled since this request's brake. */
  cancelled_now: number;
  total_candidates: number;
  stopped_at: Date;
}

/** A value as it comes over HTTP: times are texts. */
export type Json<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Json<Value[Key]> }
    : Value;
