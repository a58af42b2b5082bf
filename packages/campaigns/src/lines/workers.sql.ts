import type { PrismaClient } from "../database/client.ts";

/** A row of a worker that died is deleted after this long, in s. */
const KEPT_S = 3_600;

/** The contents of a worker's heartbeat. */
export interface Heartbeat {
  id: string;
  version: string;
  /** How many calls the worker carries, from fetching to their end. */
  runsHeld: number;
  lastClaimAt: Date | null;
}

/** The running workers; each updates its own row. */
export const workerQueries = (db: PrismaClient) => ({
  /** Records that this worker is alive, and deletes the rows of workers long dead. */
  beat: async ({ id, version, runsHeld, lastClaimAt }: Heartbeat): Promise<void> => {
    await db.$executeRaw`
      WITH dead AS (
        DELETE FROM workers WHERE beat_at < now() - make_interval(secs => ${KEPT_S}) AND id <> ${id}::uuid
      )
      INSERT INTO workers (id, version, runs_held, last_claim_at) VALUES (${id}::uuid, ${version}, ${runsHeld}, ${lastClaimAt})
      ON CONFLICT (id) DO UPDATE SET beat_at = clock_timestamp(), version = EXCLUDED.version, runs_held = EXCLUDED.runs_held,
        last_claim_at = EXCLUDED.last_claim_at`;
  },

  /** Deletes the row of a worker that ends, so that it no longer counts as alive. */
  leave: async (id: string): Promise<void> => {
    await db.$executeRaw`DELETE FROM workers WHERE id = ${id}::uuid`;
  },
});

export type WorkerQueries = ReturnType<typeof workerQueries>;
