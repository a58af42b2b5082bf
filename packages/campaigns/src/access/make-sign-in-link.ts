import type { SignInLink } from "@ringfence/domain";
import type { AccessDeps } from "./key-holder.ts";
import { digestOf, newSecret } from "./secrets.ts";

/** How long a sign-in link is valid, in ms. */
const LINK_MS = 3_600_000;

/** Creates a token that signs in once, as the environment's admin, within an hour. Only its digest is stored. */
export const makeSignInLink =
  ({ db }: Pick<AccessDeps, "db">) =>
  async (): Promise<SignInLink> => {
    const [token, expiresAt] = [newSecret(), new Date(Date.now() + LINK_MS)];
    await db.keys.addLink(digestOf(token), expiresAt);
    return { token, expires_at: expiresAt };
  };
