import { z } from "zod";
import { empty, text } from "./http.ts";
import { ROLES, type Role } from "./roles.ts";

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

/** An API key as it is shown after its creation: never the key itself, of which only a digest is stored. */
export interface KeyView {
  id: string;
  name: string;
  role: Role;
  /** The first characters of the key, by which its owner knows it. */
  prefix: string;
  created_at: Date;
  created_by: string;
  expires_at: Date | null;
  /** To the minute. */
  last_used_at: Date | null;
}

/** What POST /v1/keys answers: the only time that the key is shown. */
export interface NewKeyView extends KeyView {
  key: string;
}

/** POST /v1/session: an API key, or the token of a sign-in link. */
export const SignIn = empty(
  z
    .strictObject({ key: z.string().trim().min(1).max(500).optional(), token: z.string().min(1).max(500).optional() })
    .refine(({ key, token }) => (key === undefined) !== (token === undefined), {
      path: ["key"],
      message: "Name either key or token",
    }),
);

/** Whom the API takes the caller for. */
export interface SessionView {
  name: string;
  role: Role;
  /** When a session of a browser ends; null for a key sent with the request. */
  expires_at: Date | null;
}

/** A link that signs a browser in once, from this machine only. */
export interface SignInLink {
  token: string;
  expires_at: Date;
}
