import { z } from "zod";
import { CallCounts } from "./calls.ts";
import { count, empty, id, text, time } from "./fields.ts";
import { HeldFields } from "./holds.ts";
import { PageQuery } from "./pages.ts";

/** A caller number as people write it. The use case that saves it parses it and reports what is wrong. */
const callerNumber = text.meta({
  description: "A number of the Retell account, international",
  example: "+12025550199",
});

/** POST /v1/campaigns */
export const CreateCampaign = empty(
  z.strictObject({ name: text, from_number: callerNumber, agent_id: text.optional() }),
);
export type CreateCampaign = z.infer<typeof CreateCampaign>;

/** PATCH /v1/campaigns/{id}; `archived` removes the campaign from the lists or returns it to them. */
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

/** Query of GET /v1/campaigns. */
export const CampaignsQuery = PageQuery.extend({
  archived: z.enum(["true", "false"]).default("false").meta({ description: "`true` lists archived campaigns too" }),
});

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
    ...HeldFields.shape,
  })
  .meta({ id: "Campaign" });
export type CampaignView = z.infer<typeof CampaignView>;

/** A campaign in the answer to saving it. */
export const SavedCampaignView = CampaignView.extend({
  unverified: z
    .literal(true)
    .optional()
    .meta({ description: "Retell did not say whether it has this number and agent; saved all the same" }),
}).meta({ id: "SavedCampaign" });
export type SavedCampaignView = z.infer<typeof SavedCampaignView>;
