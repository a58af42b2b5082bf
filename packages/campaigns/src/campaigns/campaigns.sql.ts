import type { CampaignView, CreateCampaign, SavedCampaignView } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import type { PrismaClient, PrismaTransaction } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { doOnce, type Once, runIn } from "../database/idempotency.ts";
import type { After, NewestFirst } from "../database/paging.ts";
import { stoppedByTheList } from "../do-not-call/do-not-call.sql.ts";
import { campaignChangeQueries } from "./campaign-changes.sql.ts";

/** Campaigns as pages show them, and their creation; each write records its author in the same statement. */
export const campaignQueries = (db: PrismaClient, bulk: PrismaClient) => ({
  /** Calls `verdict` once it is certain that the request was not answered before; an error of `verdict` refuses the request. */
  create: (
    fields: CreateCampaign,
    by = BY_ITSELF,
    once: Once<SavedCampaignView> | null = null,
    verdict: () => Pick<SavedCampaignView, "unverified"> = () => ({}),
  ): Promise<SavedCampaignView> =>
    db.$transaction((tx) =>
      doOnce(once, runIn(tx), async () => {
        const found = verdict();
        const id = await insertCampaign(tx, fields, by);
        const [view] = await campaignViews(tx, Prisma.sql`g.id = ${id}::uuid`, 1);
        return { ...view!, ...found };
      }),
    ),

  ...campaignChangeQueries(db, bulk),

  exists: async (id: string): Promise<boolean> => (await db.campaign.count({ where: { id } })) > 0,

  find: async (id: string): Promise<CampaignView | null> => {
    const [view] = await campaignViews(db, Prisma.sql`g.id = ${id}::uuid`, 1);
    return view ?? null;
  },

  /** The campaigns with these ids that exist. */
  byIds: (ids: readonly string[]): Promise<CampaignView[]> =>
    campaignViews(db, Prisma.sql`g.id = ANY (${[...ids]}::uuid[])`, ids.length),

  /** Campaigns, newest first; archived ones only with `archived`. */
  list: (after: After<NewestFirst>, limit: number, archived = false): Promise<CampaignView[]> => {
    const beyond = after
      ? Prisma.sql`(g.created_at, g.id) < (${after.createdAt}, ${after.id}::uuid)`
      : Prisma.sql`true`;
    return campaignViews(db, archived ? beyond : Prisma.sql`${beyond} AND g.archived_at IS NULL`, limit);
  },
});

export type CampaignQueries = ReturnType<typeof campaignQueries>;

async function insertCampaign(tx: PrismaTransaction, fields: CreateCampaign, by: string): Promise<string> {
  const { name, from_number, agent_id } = fields;
  const detail = JSON.stringify({ name, from_number, agent_id: agent_id ?? null });
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    /* create campaign */
    WITH made AS (
      INSERT INTO campaigns (name, from_number, agent_id) VALUES (${name}, ${from_number}, ${agent_id ?? null}) RETURNING id
    ), entry AS (
      INSERT INTO audit (actor, action, campaign_id, detail) SELECT ${by}, 'campaign.create', id, ${detail}::jsonb FROM made
    )
    SELECT id FROM made`;
  return row!.id;
}

/**
 * A campaign's call counts are the sums of its batches' counters, its people's come from counters too. Counted here are live
 * calls, deleted candidates, and those whom the do-not-call list stopped.
 */
const campaignViews = (db: PrismaClient | PrismaTransaction, where: Prisma.Sql, limit: number) => db.$queryRaw<
  CampaignView[]
>`
  SELECT g.id, g.name, g.status, g.from_number, g.agent_id, g.created_at, g.archived_at,
    people.everybody - people.deleted AS candidates, people.everybody - people.taken - people.out_of_reach AS undialed_candidates, sums.open_batches,
    sums.total - sums.completed_calls - sums.failed_calls - live.in_progress_calls AS pending_calls,
    live.in_progress_calls, sums.completed_calls, sums.failed_calls, sums.cancelled_calls, g.held_at, g.held_by, g.held_reason
  FROM campaigns g,
  LATERAL (
    SELECT (SELECT p.everybody FROM campaign_people p WHERE p.campaign_id = g.id),
      (SELECT t.taken FROM campaign_taken t WHERE t.campaign_id = g.id),
      (SELECT count(*) FROM candidates d WHERE d.campaign_id = g.id AND d.deleted_at IS NOT NULL)::int AS deleted,
      (SELECT count(*) FROM (
        SELECT d.id FROM candidates d WHERE d.campaign_id = g.id AND d.deleted_at IS NOT NULL
        UNION ${stoppedByTheList(Prisma.sql`g.id`)}
      ) gone WHERE NOT EXISTS (
        SELECT 1 FROM retell_calls c WHERE c.candidate_id = gone.id AND NOT c.again))::int AS out_of_reach
  ) people,
  LATERAL (
    SELECT (count(*) FILTER (WHERE b.status = 'in_progress'))::int AS open_batches,
      coalesce(sum(b.total_candidates), 0)::int AS total,
      coalesce(sum(b.completed_calls), 0)::int AS completed_calls,
      coalesce(sum(b.failed_calls), 0)::int AS failed_calls,
      coalesce(sum(b.cancelled_calls), 0)::int AS cancelled_calls
    FROM retell_batch_calls b WHERE b.campaign_id = g.id
  ) sums,
  LATERAL (
    SELECT count(*)::int AS in_progress_calls
    FROM retell_batch_calls b JOIN retell_calls c ON c.batch_id = b.id
    WHERE b.campaign_id = g.id AND b.completed_at IS NULL AND c.call_status = 'in_progress'
  ) live
  WHERE ${where} ORDER BY g.created_at DESC, g.id DESC LIMIT ${limit}`;
