import type { Role } from "@ringfence/domain";

/** What each role may do, in a sentence. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: "Sees everything but keys, with phone numbers masked. Changes nothing.",
  operator: "Creates campaigns, imports, launches, pauses and stops. Sees phone numbers.",
  admin: "Does all of that, and changes lines and keys.",
};
