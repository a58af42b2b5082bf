import type { Database } from "@ringfence/campaigns";
import { AuditQuery, AuditView, notFound, pageOf } from "@ringfence/domain";
import { byTime, page } from "../http/cursors.ts";
import { operation } from "../http/operation.ts";
import { toAudit } from "../http/views.ts";

/** Whether a campaign with this id exists or existed: its audit can be read after it was deleted. */
export const isKnown = async (db: Database, campaignId: string): Promise<boolean> =>
  (await db.campaigns.exists(campaignId)) || (await db.audit.list(campaignId, null, 1)).length > 0;

/** The audit: who did what when. */
export const auditOperations = [
  operation({
    method: "get",
    path: "/audit",
    id: "listAudit",
    tag: "Audit",
    summary: "List the audit: who did what when, newest first",
    needs: "viewer",
    query: AuditQuery,
    queryIds: { campaign_id: "campaign" },
    answer: { status: 200, description: "A page of the audit", schema: pageOf(AuditView) },
    problems: ["not_found"],
    handle: async ({ query, role }, { db }) => {
      const campaignId = query.campaign_id ?? null;
      if (campaignId && !(await isKnown(db, campaignId))) throw notFound("campaign");
      return await page(query, byTime, (after, limit) => db.audit.list(campaignId, after, limit), toAudit(role));
    },
  }),
];
