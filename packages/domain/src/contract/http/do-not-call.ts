import { z } from "zod";
import { empty, format, id, search, time } from "./fields.ts";
import { listOf, siftFields } from "./imports.ts";
import { PageQuery } from "./pages.ts";

/** POST /v1/do-not-call, JSON */
export const AddToDoNotCall = empty(
  z.strictObject({ phone_numbers: listOf(z.string(), "Name at least one number"), ...siftFields }),
);

/** Query of GET /v1/do-not-call. */
export const DoNotCallQuery = PageQuery.extend({
  search: search.meta({
    description: "Part of a number, however it is written; viewers find none by more than four digits",
  }),
  format: format.meta({ description: "`csv` exports the whole list" }),
});

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
