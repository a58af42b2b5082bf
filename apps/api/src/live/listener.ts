import type { EventsQuery, Role } from "@ringfence/domain";

/** A client that listens, and what it listens to. */
export interface Listener {
  topic: EventsQuery;
  role: Role;
  /** Identifies the key or session, so that all its listeners need one check. */
  identityId: string;
  stillValid: () => Promise<boolean>;
}
