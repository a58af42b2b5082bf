import {
  CampaignsQuery,
  CreateCampaign,
  LaunchCalls,
  LaunchPreviewQuery,
  notFound,
  StopRequest,
  UpdateCampaign,
} from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { requires } from "../auth/auth.ts";
import { created, noContent } from "../http/answer-once.ts";
import { json, parseAs } from "../http/bodies.ts";
import { newestFirst, page } from "../http/cursors.ts";
import { pathId } from "../http/path-id.ts";
import { seenBy, toCampaign } from "../http/views.ts";

/** Campaigns, their launches, and Stop All. */
export function campaignRoutes({ db, useCases, answerOnce }: Api): Router {
  const router = Router();
  const found = async (id: string) => {
    const campaign = await db.campaigns.find(id);
    if (!campaign) throw notFound("campaign");
    return campaign;
  };

  router.post("/campaigns", requires("operator"), json(), async (req, res) => {
    const fields = parseAs(CreateCampaign, req.body);
    await answerOnce(req, res, created("campaigns"), (once) =>
      useCases.createCampaign(fields, res.locals.principal.name, once),
    );
  });

  router.get("/campaigns", async (req, res) => {
    const view = toCampaign(res.locals.principal.role);
    const query = parseAs(CampaignsQuery, req.query);
    const rows = (after: Parameters<typeof db.campaigns.list>[0], limit: number) =>
      db.campaigns.list(after, limit, query.archived === "true");
    res.json(await page(query, newestFirst, rows, view));
  });

  router.get("/campaigns/:id", async (req, res) => {
    res.json(toCampaign(res.locals.principal.role)(await found(pathId(req, "campaign"))));
  });

  router.patch("/campaigns/:id", requires("operator"), json(), async (req, res) => {
    const id = pathId(req, "campaign");
    const change = parseAs(UpdateCampaign, req.body);
    res.json(await useCases.changeCampaign(id, change, res.locals.principal.name));
  });

  router.delete("/campaigns/:id", requires("operator"), async (req, res) => {
    const id = pathId(req, "campaign");
    await answerOnce(req, res, noContent, (once) => useCases.deleteCampaign(id, res.locals.principal.name, once));
  });

  router.get("/campaigns/:id/launch", async (req, res) => {
    const id = pathId(req, "campaign");
    const { include } = parseAs(LaunchPreviewQuery, req.query);
    if (!(await db.campaigns.exists(id))) throw notFound("campaign");
    const preview = await db.launches.preview(id, include);
    res.json(seenBy(res.locals.principal.role, preview));
  });

  router.post("/campaigns/:id/launch", requires("operator"), json(), async (req, res) => {
    const id = pathId(req, "campaign");
    const wish = parseAs(LaunchCalls, req.body);
    await answerOnce(req, res, created("batches"), (once) =>
      useCases.launchCalls(id, wish, res.locals.principal.name, once),
    );
  });

  router.post("/campaigns/:id/stop", requires("operator"), json(), async (req, res) => {
    const { mode } = parseAs(StopRequest, req.body);
    res.json(await useCases.stopCampaignCalling(pathId(req, "campaign"), { mode, by: res.locals.principal.name }));
  });

  return router;
}
