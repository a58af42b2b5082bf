import { z } from "zod";
import { ROLES } from "../roles.ts";
import { empty, text } from "./http.ts";

/** POST /v1/keys. `expires_at` in the future; without one the key holds until it is deleted. */
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

/** POST /v1/session: an API key, or the token of a sign-in link. */
export const SignIn = empty(
  z
    .strictObject({ key: z.string().trim().min(1).max(500).optional(), token: z.string().min(1).max(500).optional() })
    .refine(({ key, token }) => (key === undefined) !== (token === undefined), {
      path: ["key"],
      message: "Name either key or token",
    }),
);
