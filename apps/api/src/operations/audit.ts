import { AuditQuery, notFound } from "@ringfence/domain";
import { Router } from "express";
import { z } from "zod";
import type { Api } from "../app.ts";
import { parseAs } from "../http/bodies.ts";
import { newestFirst, page } from "../http/cursors.ts";
import { toAudit } from "../http/views.ts";

/** Who did what when. */
export function auditRoutes({ db }: Api): Router {
  const router = Router();
  /** What was done with a campaign can be read after it was deleted. */
  const isKnown = async (id: string) =>
    (await db.campaigns.exists(id)) || (await db.audit.list(id, null, 1)).length > 0;

  router.get("/audit", async (req, res) => {
    const { campaign_id } = req.query;
    if (campaign_id !== undefined && !z.guid().safeParse(campaign_id).success) throw notFound("campaign");
    const query = parseAs(AuditQuery, req.query);
    const campaignId = query.campaign_id ?? null;
    if (campaignId && !(await isKnown(campaignId))) throw notFound("campaign");
    const byTime = {
      read: newestFirst.read,
      write: ({ at, id }: { at: Date; id: string }) => newestFirst.write({ created_at: at, id }),
    };
    const rows = (after: ReturnType<typeof byTime.read>, limit: number) => db.audit.list(campaignId, after, limit);
    res.json(await page(query, byTime, rows, toAudit(res.locals.principal.role)));
  });

  return router;
}
