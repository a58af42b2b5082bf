import type { Role } from "@ringfence/domain";

/** What each role may do, in a sentence. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: "Looks at everything but keys, with phone numbers masked. Changes nothing.",
  operator: "Makes campaigns, imports, launches, pauses and stops. Sees phone numbers.",
  admin: "All of that, and changes lines and keys.",
};
