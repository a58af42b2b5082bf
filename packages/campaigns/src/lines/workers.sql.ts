import type { PrismaClient } from "../database/client.ts";

/** A row of a worker that died is deleted after this long, in s. */
const KEPT_S = 3_600;

/** What a worker says of itself with each heartbeat. */
export interface Heartbeat {
  id: string;
  version: string;
  /** Calls that it carries, from their fetching to their end. */
  runsHeld: number;
  lastClaimAt: Date | null;
}

/** The workers that run, each a row that it keeps fresh. */
export const workerQueries = (db: PrismaClient) => ({
  /** Says that this worker is alive; rows of workers long dead go. */
  beat: async ({ id, version, runsHeld, lastClaimAt }: Heartbeat): Promise<void> => {
    await db.$executeRaw`
      WITH dead AS (
        DELETE FROM workers WHERE beat_at < now() - make_interval(secs => ${KEPT_S}) AND id <> ${id}::uuid
      )
      INSERT INTO workers (id, version, runs_held, last_claim_at) VALUES (${id}::uuid, ${version}, ${runsHeld}, ${lastClaimAt})
      ON CONFLICT (id) DO UPDATE SET beat_at = clock_timestamp(), version = EXCLUDED.version, runs_held = EXCLUDED.runs_held,
        last_claim_at = EXCLUDED.last_claim_at`;
  },

  /** This worker ends: from now on it is not alive. */
  leave: async (id: string): Promise<void> => {
    await db.$executeRaw`DELETE FROM workers WHERE id = ${id}::uuid`;
  },
});

export type WorkerQueries = ReturnType<typeof workerQueries>;
