import type { StoredAnswer } from "@ringfence/db";
import {
  CreateCampaign,
  ImportCandidates,
  LaunchCalls,
  LaunchPreviewQuery,
  notFound,
  PageQuery,
  StopRequest,
  UpdateCampaign,
} from "@ringfence/domain";
import { Router } from "express";
import { createAnswerOnce } from "../answer-once.ts";
import type { Api } from "../app.ts";
import { requires } from "../auth.ts";
import { CANDIDATES_BODY, json, parseAs, plainBody } from "../bodies.ts";
import { candidatesFromCsv } from "../csv-import.ts";
import { byOrdinal, newestFirst, page } from "../cursors.ts";
import { candidatesFromNdjson } from "../ndjson-import.ts";
import { pathId } from "../path-id.ts";
import { seenBy, toCampaign, toCandidate } from "../views.ts";

/** Campaigns, their candidates, their launches, and Stop All. */
export function campaignRoutes({ db, useCases }: Api): Router {
  const router = Router();
  const answerOnce = createAnswerOnce();
  const found = async (id: string) => {
    const campaign = await db.campaigns.find(id);
    if (!campaign) throw notFound("campaign");
    return campaign;
  };

  router.post("/campaigns", requires("operator"), json(), async (req, res) => {
    const fields = parseAs(CreateCampaign, req.body);
    await answerOnce(req, res, created("campaigns"), (once) =>
      db.campaigns.create(fields, res.locals.principal.name, once),
    );
  });

  router.get("/campaigns", async (req, res) => {
    const view = toCampaign(res.locals.principal.role);
    res.json(await page(parseAs(PageQuery, req.query), newestFirst, db.campaigns.list, view));
  });

  router.get("/campaigns/:id", async (req, res) => {
    res.json(toCampaign(res.locals.principal.role)(await found(pathId(req, "campaign"))));
  });

  router.patch("/campaigns/:id", requires("operator"), json(), async (req, res) => {
    const id = pathId(req, "campaign");
    const change = parseAs(UpdateCampaign, req.body);
    if (!(await db.campaigns.update(id, change, res.locals.principal.name))) throw notFound("campaign");
    res.json(await found(id));
  });

  router.post("/campaigns/:id/candidates", requires("operator"), async (req, res, next) => {
    const id = pathId(req, "campaign");
    const read = req.is("text/csv") ? candidatesFromCsv : req.is("application/x-ndjson") ? candidatesFromNdjson : null;
    if (!read) return next();
    res.json(await useCases.importCandidates(id, read(plainBody(req)), res.locals.principal.name));
  });

  router.post("/campaigns/:id/candidates", json(CANDIDATES_BODY), async (req, res) => {
    const id = pathId(req, "campaign");
    const { candidates } = parseAs(ImportCandidates, req.body);
    await answerOnce(req, res, ok, (once) =>
      useCases.importCandidates(id, candidates, res.locals.principal.name, once),
    );
  });

  router.get("/campaigns/:id/candidates", async (req, res) => {
    const id = pathId(req, "campaign");
    if (!(await db.campaigns.exists(id))) throw notFound("campaign");
    const rows = (after: Parameters<typeof db.lists.candidates>[1], limit: number) =>
      db.lists.candidates(id, after, limit);
    res.json(await page(parseAs(PageQuery, req.query), byOrdinal, rows, toCandidate(res.locals.principal.role)));
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

const ok = (view: object): StoredAnswer => ({ status: 200, location: null, body: JSON.stringify(view) });
const created =
  (what: "campaigns" | "batches") =>
  (view: { id: string }): StoredAnswer => ({
    status: 201,
    location: `/v1/${what}/${view.id}`,
    body: JSON.stringify(view),
  });
