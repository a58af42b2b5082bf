import type { EventsQuery, Role } from "@ringfence/domain";

/** Who listens, and to what. */
export interface Listener {
  topic: EventsQuery;
  role: Role;
  /** Of the key or session: listeners of one are asked about once. */
  identityId: string;
  stillValid: () => Promise<boolean>;
}
