import { z } from "zod";
import { CallCounts } from "./calls.ts";
import { count, id, time } from "./fields.ts";
import { HeldFields } from "./holds.ts";
import { PageQuery } from "./pages.ts";

/** Query of GET /v1/batches. */
export const BatchesQuery = PageQuery.extend({
  campaign_id: z.guid().optional(),
  status: z.enum(["in_progress", "completed", "cancelled"]).optional(),
});

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
    ...HeldFields.shape,
  })
  .meta({ id: "Batch" });
export type BatchView = z.infer<typeof BatchView>;
