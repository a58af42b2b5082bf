import { z } from "zod";
import { ROLES } from "../roles.ts";
import { empty, id, text, time } from "./fields.ts";

/** POST /v1/keys. `expires_at` must be in the future; without it the key is valid until it is deleted. */
export const CreateKey = empty(
  z.strictObject({
    name: text,
    role: z.enum(ROLES, "Must be viewer, operator or admin"),
    expires_at: z.iso
      .datetime({ offset: true, error: "Must be a time such as 2027-01-31T12:00:00Z" })
      .transform((time) => new Date(time))
      .refine((time) => time.getTime() > Date.now(), "Must be in the future")
      .nullish(),
  }),
);
export type CreateKey = z.infer<typeof CreateKey>;

/** An API key as shown after its creation, without the key itself, of which only a digest is stored. */
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

/** The answer of POST /v1/keys, the only one that shows the key itself. */
export const NewKeyView = KeyView.extend({
  key: z.string().meta({ description: "The key itself, shown this once" }),
}).meta({ id: "NewKey" });
export type NewKeyView = z.infer<typeof NewKeyView>;
