import { z } from "zod";
import { count, empty } from "./fields.ts";

/** POST /v1/campaigns/{id}/launch */
export const LaunchCalls = empty(
  z.strictObject({
    include: z.enum(["undialed", "unreached"]).default("undialed"),
    limit: z.int().min(1).max(2_000_000).optional(),
  }),
);
export type LaunchCalls = z.infer<typeof LaunchCalls>;

/** Query of GET /v1/campaigns/{id}/launch. */
export const LaunchPreviewQuery = z.strictObject({ include: z.enum(["undialed", "unreached"]).default("undialed") });

/** The candidates that a launch would call now. */
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
