import { z } from "zod";
import { CallCounts } from "./calls.ts";
import { count, empty, id, time } from "./fields.ts";

/** POST /v1/batches/{id}/cancel and POST /v1/campaigns/{id}/stop */
export const StopRequest = empty(z.strictObject({ mode: z.enum(["drain", "hangup"]).default("drain") }));

/** `drain`: live calls end naturally. `hangup`: live calls are also hung up at Retell. */
export type StopMode = z.infer<typeof StopRequest>["mode"];

/** The result of a stop; its totals cover the batches it names, at the time it was written. */
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

/** A stop that was answered; `receipt` is what the answer said. */
export const StoredReceipt = z
  .object({
    by: z.string().meta({ description: "Name of the key" }),
    at: time,
    receipt: Receipt,
  })
  .meta({ id: "StoredReceipt" });
export type StoredReceipt = z.infer<typeof StoredReceipt>;
