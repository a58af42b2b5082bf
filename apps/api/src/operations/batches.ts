import { BatchesQuery, notFound, StopRequest } from "@ringfence/domain";
import { Router } from "express";
import { z } from "zod";
import type { Api } from "../app.ts";
import { requires } from "../auth/auth.ts";
import { json, parseAs } from "../http/bodies.ts";
import { newestFirst, page } from "../http/cursors.ts";
import { pathId } from "../http/path-id.ts";

/** Batches, and Pause Batch. */
export function batchRoutes({ db, useCases }: Api): Router {
  const router = Router();

  router.get("/batches", async (req, res) => {
    const { campaign_id } = req.query;
    if (campaign_id !== undefined && !z.guid().safeParse(campaign_id).success) throw notFound("campaign");
    const query = parseAs(BatchesQuery, req.query);
    const filter = { campaignId: query.campaign_id, status: query.status };
    res.json(
      await page(
        query,
        newestFirst,
        (after, limit) => db.lists.batches(filter, after, limit),
        (batch) => batch,
      ),
    );
  });

  router.get("/batches/:id", async (req, res) => {
    const batch = await db.lists.batch(pathId(req, "batch"));
    if (!batch) throw notFound("batch");
    res.json(batch);
  });

  router.post("/batches/:id/cancel", requires("operator"), json(), async (req, res) => {
    const { mode } = parseAs(StopRequest, req.body);
    res.json(await useCases.cancelBatchCalls(pathId(req, "batch"), { mode, by: res.locals.principal.name }));
  });

  return router;
}
