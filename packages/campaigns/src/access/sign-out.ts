import type { AccessDeps } from "./key-holder.ts";

/** Closes a session, so that every copy of its cookie becomes invalid. May be repeated. */
export const signOut =
  ({ db }: Pick<AccessDeps, "db">) =>
  (sessionId: string): Promise<void> =>
    db.keys.closeSession(sessionId);
