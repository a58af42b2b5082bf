import type { BatchView } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { msAgo } from "../database/in-ms.sql.ts";
import { batchViews } from "./batch-lists.sql.ts";

/** How long after its end a batch is still reported, in ms. */
const JUST_ENDED_MS = 10_000;
/** How many batches are reported together at most. */
const MOST_BATCHES = 1_000;

/** The batches whose state is requested: by id, and unfinished or just ended batches of campaigns, or of all campaigns. */
export interface Watched {
  batchIds: readonly string[];
  campaignIds: readonly string[];
  all: boolean;
}

/** A call in progress, with the fields that change during the call. */
export interface LiveCall {
  id: string;
  batchId: string;
  state: string;
}

/** The queries of live pages, each for all pages together. */
export const liveQueries = (db: PrismaClient) => ({
  batches: ({ batchIds, campaignIds, all }: Watched): Promise<BatchView[]> => {
    // Each part by its own index: the table is kept for ever.
    const moving = Prisma.sql`
      SELECT id, campaign_id FROM retell_batch_calls WHERE completed_at IS NULL
      UNION ALL SELECT id, campaign_id FROM retell_batch_calls WHERE completed_at > ${msAgo(JUST_ENDED_MS)}`;
    const wanted = [Prisma.sql`SELECT unnest(${[...batchIds]}::uuid[])`];
    if (all) wanted.push(Prisma.sql`SELECT id FROM (${moving}) b`);
    else if (campaignIds.length > 0)
      wanted.push(Prisma.sql`SELECT id FROM (${moving}) b WHERE campaign_id = ANY (${[...campaignIds]}::uuid[])`);
    return batchViews(db, Prisma.sql`b.id IN (${Prisma.join(wanted, " UNION ")})`, MOST_BATCHES + batchIds.length);
  },

  /** The calls in progress of these batches, at most `mostPerBatch` of each. */
  callsInProgress: (batchIds: readonly string[], mostPerBatch: number): Promise<LiveCall[]> => db.$queryRaw`
    SELECT live.* FROM unnest(${[...batchIds]}::uuid[]) AS b(id), LATERAL (
      SELECT c.id, c.batch_id AS "batchId",
        concat_ws(' ', c.claim_no, c.retell_call_id, c.dialed_at, c.started_at) AS state
      FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress' ORDER BY c.turn LIMIT ${mostPerBatch}
    ) live`,
});

export type LiveQueries = ReturnType<typeof liveQueries>;
