import type { AuditAction, AuditView } from "@ringfence/domain";
import type { PrismaClient } from "./client.ts";
import { Prisma } from "./generated/client.js";
import type { After, NewestFirst } from "./paging.ts";

/** The actor of acts without a person. */
export const BY_ITSELF = "ringfence";

/** One act as the audit records it. */
export interface AuditEntry {
  actor: string;
  action: AuditAction;
  campaignId?: string;
  batchId?: string;
  detail: object;
}

/** Records an act in the statement that performs it: inserts one row if `from` (a CTE, with a condition if needed) has a row. */
export const noting = ({ actor, action, campaignId, batchId, detail }: AuditEntry, from: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`INSERT INTO audit (actor, action, campaign_id, batch_id, detail)
    SELECT ${actor}, ${action}, ${campaignId ?? null}::uuid, ${batchId ?? null}::uuid, ${JSON.stringify(detail)}::jsonb FROM ${from}`;

/** Reads the audit. Each statement that acts writes to the audit itself. */
export const auditQueries = (db: PrismaClient) => ({
  /** Entries of one campaign or of all, newest first. */
  list: (campaignId: string | null, after: After<NewestFirst>, limit: number): Promise<AuditView[]> => db.$queryRaw`
    SELECT id, at, actor, action, campaign_id, batch_id, detail FROM audit
    WHERE ${campaignId ? Prisma.sql`campaign_id = ${campaignId}::uuid` : Prisma.sql`true`}
      AND ${after ? Prisma.sql`(at, id) < (${after.createdAt}, ${after.id}::uuid)` : Prisma.sql`true`}
    ORDER BY at DESC, id DESC LIMIT ${limit}`,

  /** Id of the newest entry, null if there is none. */
  newest: async (): Promise<string | null> => {
    const [row] = await db.$queryRaw<{ id: string }[]>`SELECT id FROM audit ORDER BY at DESC, id DESC LIMIT 1`;
    return row?.id ?? null;
  },
});

export type AuditQueries = ReturnType<typeof auditQueries>;
