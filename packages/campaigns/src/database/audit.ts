import type { AuditAction, AuditView } from "@ringfence/domain";
import type { PrismaClient } from "./client.ts";
import { Prisma } from "./generated/client.js";
import type { After, NewestFirst } from "./paging.ts";

/** Who acts where no person does. */
export const BY_ITSELF = "ringfence";

/** What the audit keeps of one act. */
export interface AuditEntry {
  actor: string;
  action: AuditAction;
  campaignId?: string;
  batchId?: string;
  detail: object;
}

/** Notes an act in the very statement that does it: one row if `from` (a CTE, with a condition if need be) has one, else none. */
export const noting = ({ actor, action, campaignId, batchId, detail }: AuditEntry, from: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`INSERT INTO audit (actor, action, campaign_id, batch_id, detail)
    SELECT ${actor}, ${action}, ${campaignId ?? null}::uuid, ${batchId ?? null}::uuid, ${JSON.stringify(detail)}::jsonb FROM ${from}`;

/** Reading the audit. Whatever acts writes to it itself. */
export const auditQueries = (db: PrismaClient) => ({
  /** The newest first, of one campaign or of all there is. */
  list: (campaignId: string | null, after: After<NewestFirst>, limit: number): Promise<AuditView[]> => db.$queryRaw`
    SELECT id, at, actor, action, campaign_id, batch_id, detail FROM audit
    WHERE ${campaignId ? Prisma.sql`campaign_id = ${campaignId}::uuid` : Prisma.sql`true`}
      AND ${after ? Prisma.sql`(at, id) < (${after.createdAt}, ${after.id}::uuid)` : Prisma.sql`true`}
    ORDER BY at DESC, id DESC LIMIT ${limit}`,

  /** Id of the newest act, null if nothing was done yet. */
  newest: async (): Promise<string | null> => {
    const [row] = await db.$queryRaw<{ id: string }[]>`SELECT id FROM audit ORDER BY at DESC, id DESC LIMIT 1`;
    return row?.id ?? null;
  },
});

export type AuditQueries = ReturnType<typeof auditQueries>;
