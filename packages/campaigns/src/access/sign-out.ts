import type { AccessDeps } from "./key-holder.ts";

/** Closes a session, wherever a copy of its cookie may be. A session that is closed already stays closed. */
export const signOut =
  ({ db }: Pick<AccessDeps, "db">) =>
  (sessionId: string): Promise<void> =>
    db.keys.closeSession(sessionId);
