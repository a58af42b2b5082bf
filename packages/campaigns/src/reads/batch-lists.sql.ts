import type { BatchView } from "@ringfence/domain";
import type { PrismaClient, PrismaTransaction } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import type { After, NewestFirst } from "../database/paging.ts";
import { callListQueries } from "./call-lists.sql.ts";

/** Pages of batches and calls. */
export const listQueries = (db: PrismaClient) => ({
  batch: async (id: string): Promise<BatchView | null> => {
    const [view] = await batchViews(db, Prisma.sql`b.id = ${id}::uuid`, 1);
    return view ?? null;
  },

  batches: (
    filter: { campaignId?: string | undefined; status?: string | undefined },
    after: After<NewestFirst>,
    limit: number,
  ): Promise<BatchView[]> => {
    const conditions = [Prisma.sql`true`];
    if (filter.campaignId) conditions.push(Prisma.sql`b.campaign_id = ${filter.campaignId}::uuid`);
    if (filter.status) conditions.push(Prisma.sql`b.status = ${filter.status}::batch_status`);
    if (after) conditions.push(Prisma.sql`(b.created_at, b.id) < (${after.createdAt}, ${after.id}::uuid)`);
    return batchViews(db, Prisma.join(conditions, " AND "), limit);
  },

  ...callListQueries(db),
});

export type ListQueries = ReturnType<typeof listQueries>;

/** Batches `b` as the contract shows them, newest first. */
export const batchViews = (db: PrismaClient | PrismaTransaction, where: Prisma.Sql, limit: number) => db.$queryRaw<
  BatchView[]
>`
  SELECT b.* FROM batch_view b WHERE ${where} ORDER BY b.created_at DESC, b.id DESC LIMIT ${limit}`;
