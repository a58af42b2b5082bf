import { z } from "zod";
import { callStatus, count, empty, id, plain, short, time } from "./fields.ts";
import { defaultCountry, ImportReport, listOf, SiftQuery, siftFields } from "./imports.ts";

/** One candidate as a client sends it. The import checks the number, so that one bad number rejects only its own row. */
export const CandidateInput = z.strictObject({
  phone_number: z.string(),
  name: short.nullish(),
  external_id: short.nullish(),
  dynamic_variables: z
    .record(plain, z.union([plain, z.number(), z.boolean()], "Must be a text, a number, true or false, all storable"))
    .optional(),
});
export type CandidateInput = z.infer<typeof CandidateInput>;

const onDuplicate = z
  .enum(["skip", "update"])
  .optional()
  .meta({
    description:
      "`update`: name, external id and variables of a number that the campaign has are replaced by its last row, unless a call " +
      "of theirs is unfinished. `skip`, unless said: they stay",
  });

/** Query of POST /v1/campaigns/{id}/candidates. */
export const ImportOptions = SiftQuery.extend({ on_duplicate: onDuplicate });
export type ImportOptions = z.infer<typeof ImportOptions>;

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

/** A candidate with the status of the newest call. */
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
    last_call_status: callStatus.nullable(),
    last_call_cancelled: z.boolean().meta({ description: "Whether that call failed because a stop cancelled it" }),
  })
  .meta({ id: "Candidate" });
export type CandidateView = z.infer<typeof CandidateView>;

/** What an import of candidates did. */
export const CandidatesReport = ImportReport.extend({
  updated: count.meta({ description: "Known candidates who were replaced, with `on_duplicate=update`" }),
  on_do_not_call: count.meta({
    description: "How many of the created are on the do-not-call list: nobody will call them",
  }),
}).meta({ id: "CandidatesReport" });
export type CandidatesReport = z.infer<typeof CandidatesReport>;
