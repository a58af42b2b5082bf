import { z } from "zod";
import { CALL_SORTS } from "./call-sorts.ts";

/** Longest list of candidates in one JSON request. */
export const MOST_CANDIDATES = 10_000;
/** Longest name, external id and the like, in characters. */
export const MOST_TEXT = 200;
/** Slowest pace that is not "no limit": one dial in 1,000 s. PostgreSQL has no interval long enough for any fraction. */
const SLOWEST_PACE = 0.001;

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (value: string): boolean => !/[\0\p{Surrogate}]/u.test(value);
const plain = z.string().refine(storable, "Must not hold NUL or broken characters");
const short = plain.max(MOST_TEXT, `At most ${MOST_TEXT} characters`);
/** A text of 1 to 200 characters that can be stored. */
export const text = short.trim().min(1, "Must not be empty");
/** A caller number as people write it; whoever saves it reads it, and says what is wrong. */
const callerNumber = text.meta({
  description: "A number of the Retell account, international",
  example: "+12025550199",
});
/** A body that may be left out. */
export const empty = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((body) => body ?? {}, schema);

/** POST /v1/campaigns */
export const CreateCampaign = empty(
  z.strictObject({ name: text, from_number: callerNumber, agent_id: text.optional() }),
);
export type CreateCampaign = z.infer<typeof CreateCampaign>;

/** PATCH /v1/campaigns/{id}; `archived` takes the campaign out of the lists, or back into them. */
export const UpdateCampaign = empty(
  z.strictObject({
    name: text.optional(),
    from_number: callerNumber.optional(),
    agent_id: text.nullable().optional(),
    status: z.literal("active", 'Only "active" can be set; POST /v1/campaigns/{id}/stop pauses a campaign').optional(),
    archived: z.boolean().optional(),
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

const TOO_MANY = `At most ${MOST_CANDIDATES} in one request; send more as text/csv`;
/** A list, counted before it is looked into: of millions of wrong elements each would be a fault of its own. */
const listOf = <Schema extends z.ZodType>(each: Schema, atLeast: string) =>
  z.preprocess(
    (value, context) => {
      if (!Array.isArray(value) || value.length <= MOST_CANDIDATES) return value;
      context.addIssue({ code: "custom", message: TOO_MANY });
      return z.NEVER;
    },
    z.array(each).min(1, atLeast).max(MOST_CANDIDATES, TOO_MANY),
  );

/** Rejected rows that an answer names. */
export const MOST_REJECTED = { byDefault: 1_000, ever: 100_000 };
const defaultCountry = z
  .string()
  .regex(/^[A-Za-z]{2}$/, "Must be the two letters of a country (ISO 3166-1), such as DE")
  .optional()
  .meta({
    description: "The country of numbers without `+`, which must then be valid national numbers of it",
    example: "DE",
  });
const rejectedLimit = z.int().min(0).max(MOST_REJECTED.ever).optional();
const REJECTED_LIMIT = `How many rejected rows the answer names; ${MOST_REJECTED.byDefault} unless said`;
const onDuplicate = z
  .enum(["skip", "update"])
  .optional()
  .meta({
    description:
      "`update`: name, external id and variables of a number that the campaign has are replaced by its last row, unless a call " +
      "of theirs is unfinished. `skip`, unless said: they stay",
  });

/** Query of POST /v1/do-not-call. */
export const SiftQuery = z.strictObject({
  default_country: defaultCountry,
  rejected_limit: z.coerce
    .number()
    .int()
    .min(0)
    .max(MOST_REJECTED.ever)
    .optional()
    .meta({ description: REJECTED_LIMIT }),
});
export type SiftQuery = z.infer<typeof SiftQuery>;

/** Query of POST /v1/campaigns/{id}/candidates. */
export const ImportOptions = SiftQuery.extend({ on_duplicate: onDuplicate });
export type ImportOptions = z.infer<typeof ImportOptions>;

/** The same as fields of a JSON body. */
const siftFields = {
  default_country: defaultCountry,
  rejected_limit: rejectedLimit.meta({ description: REJECTED_LIMIT }),
};

/** POST /v1/campaigns/{id}/candidates, JSON */
export const ImportCandidates = empty(
  z.strictObject({
    candidates: listOf(CandidateInput, "Name at least one candidate"),
    ...siftFields,
    on_duplicate: onDuplicate,
  }),
);

/** PATCH /v1/candidates/{id} */
export const UpdateCandidate = empty(CandidateInput.partial().extend({ default_country: defaultCountry }));
export type UpdateCandidate = z.infer<typeof UpdateCandidate>;

/** POST /v1/do-not-call, JSON */
export const AddToDoNotCall = empty(
  z.strictObject({ phone_numbers: listOf(z.string(), "Name at least one number"), ...siftFields }),
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

/** Query of GET /v1/campaigns. */
export const CampaignsQuery = PageQuery.extend({
  archived: z.enum(["true", "false"]).default("false").meta({ description: "`true` lists archived campaigns too" }),
});

/** Query of GET /v1/batches. */
export const BatchesQuery = PageQuery.extend({
  campaign_id: z.guid().optional(),
  status: z.enum(["in_progress", "completed", "cancelled"]).optional(),
});
const search = z
  .string()
  .trim()
  .min(1)
  .max(MOST_TEXT)
  .refine(storable, "Must not hold NUL or broken characters")
  .optional();
/** `csv` exports the whole list, as `Accept: text/csv` does. */
const format = z.enum(["json", "csv"]).optional();

/** Query of GET /v1/do-not-call. */
export const DoNotCallQuery = PageQuery.extend({
  search: search.meta({
    description: "Part of a number, however it is written; viewers find none by more than four digits",
  }),
  format: format.meta({ description: "`csv` exports the whole list" }),
});

/** Query of GET /v1/batches/{id}/calls. */
export const CallsQuery = PageQuery.extend({
  status: z.enum(["pending", "in_progress", "completed", "failed"]).optional(),
  /** Calls that ended for this reason, as GET /v1/batches/{id}/reasons names it. */
  reason: z.string().min(1).max(1_000).optional(),
  /** Part of a name or of a number. */
  search,
  sort: z.enum(CALL_SORTS).default("turn"),
  format,
});
export type CallsQuery = z.infer<typeof CallsQuery>;

/** Query of GET /v1/audit. */
export const AuditQuery = PageQuery.extend({ campaign_id: z.guid().optional() });

/** Query of GET /v1/campaigns/{id}/launch. */
export const LaunchPreviewQuery = z.strictObject({ include: z.enum(["undialed", "unreached"]).default("undialed") });

/** A value as it comes over HTTP: times are texts. */
export type Json<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Json<Value[Key]> }
    : Value;
