import { z } from "zod";
import { count, empty, id, time } from "./fields.ts";

/** Longest reason of a hold, in characters. */
const LONGEST_REASON = 200;

/** POST /v1/batches/{id}/hold and POST /v1/campaigns/{id}/hold */
export const HoldRequest = empty(
  z.strictObject({ reason: z.string().trim().min(1).max(LONGEST_REASON).nullable().default(null) }),
);

/** Who holds a batch or campaign since when, and why; null: it is not held, or no reason was given. */
export const HeldFields = z.object({
  held_at: time.nullable().meta({ description: "Since when its pending calls wait for a resume; null: they do not" }),
  held_by: z.string().nullable().meta({ description: "Name of the key" }),
  held_reason: z.string().nullable(),
});

/** The result of a hold: from now on no dial of these batches begins until they are resumed. */
export const HoldReceipt = z
  .object({
    campaign_id: id,
    batch_id: id.nullable().meta({ description: "null for a hold of the whole campaign" }),
    held_batches: z.array(id).meta({ description: "The open batches that this hold keeps" }),
    held_at: time,
    held_by: z.string().meta({ description: "Name of the key that held it first" }),
    held_reason: z.string().nullable(),
    pending_calls: count,
    in_progress_calls: count.meta({ description: "Calls that go on to their natural end" }),
  })
  .meta({ id: "HoldReceipt" });
export type HoldReceipt = z.infer<typeof HoldReceipt>;
