import { z } from "zod";
import { ROLES } from "../roles.ts";
import { empty, time } from "./fields.ts";

/** POST /v1/session: an API key, or the token of a sign-in link. */
export const SignIn = empty(
  z
    .strictObject({ key: z.string().trim().min(1).max(500).optional(), token: z.string().min(1).max(500).optional() })
    .refine(({ key, token }) => (key === undefined) !== (token === undefined), {
      path: ["key"],
      message: "Name either key or token",
    }),
);

/** The identity and role of the caller. */
export const SessionView = z
  .object({
    name: z.string().meta({ description: "Of the key" }),
    role: z.enum(ROLES),
    expires_at: time
      .nullable()
      .meta({ description: "When a browser's session ends; null for a key sent with the request" }),
  })
  .meta({ id: "Session" });
export type SessionView = z.infer<typeof SessionView>;

/** A link that signs a browser in once, from this machine only. */
export const SignInLink = z.object({ token: z.string(), expires_at: time }).meta({ id: "SignInLink" });
export type SignInLink = z.infer<typeof SignInLink>;
