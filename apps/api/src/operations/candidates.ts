import type { PlacedCandidate } from "@ringfence/campaigns";
import { ImportCandidates, ImportOptions, notFound, PageQuery, UpdateCandidate } from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { requires } from "../auth/auth.ts";
import { noContent, ok } from "../http/answer-once.ts";
import { CANDIDATES_BODY, json, parseAs } from "../http/bodies.ts";
import { byOrdinal, page } from "../http/cursors.ts";
import { elementInput } from "../http/imports/ndjson-import.ts";
import { streamedRows } from "../http/imports/streamed-rows.ts";
import { pathId } from "../http/path-id.ts";
import { toCandidate } from "../http/views.ts";

/** The people of a campaign: importing, listing, correcting and deleting them. */
export function candidateRoutes({ db, useCases, answerOnce }: Api): Router {
  const router = Router();

  router.post("/campaigns/:id/candidates", requires("operator"), async (req, res, next) => {
    const id = pathId(req, "campaign");
    const options = parseAs(ImportOptions, req.query);
    const rows = streamedRows(req);
    if (!rows) return next();
    res.json(await useCases.importCandidates(id, rows, options, res.locals.principal.name));
  });

  router.post("/campaigns/:id/candidates", json(CANDIDATES_BODY), async (req, res) => {
    const id = pathId(req, "campaign");
    const { candidates, ...fields } = parseAs(ImportCandidates, req.body);
    const options = { ...parseAs(ImportOptions, req.query), ...fields };
    const rows = candidates.map((values) => ({ line: null, values, input: elementInput(values) }));
    await answerOnce(req, res, ok, (once) =>
      useCases.importCandidates(id, [rows], options, res.locals.principal.name, once),
    );
  });

  router.get("/campaigns/:id/candidates", async (req, res) => {
    const id = pathId(req, "campaign");
    if (!(await db.campaigns.exists(id))) throw notFound("campaign");
    const rows = (after: Parameters<typeof db.candidates.list>[1], limit: number) =>
      db.candidates.list(id, after, limit);
    res.json(await page(parseAs(PageQuery, req.query), byOrdinal, rows, toCandidate(res.locals.principal.role)));
  });

  router.get("/candidates/:id", async (req, res) => {
    const candidate = await db.candidates.find(pathId(req, "candidate"));
    if (!candidate) throw notFound("candidate");
    res.json(toCandidate(res.locals.principal.role)(candidate));
  });

  router.patch("/candidates/:id", requires("operator"), json(), async (req, res) => {
    const id = pathId(req, "candidate");
    const change = parseAs(UpdateCandidate, req.body);
    const { name, role } = res.locals.principal;
    const view = (candidate: PlacedCandidate) => ok(toCandidate(role)(candidate));
    await answerOnce(req, res, view, (once) => useCases.correctCandidate(id, change, name, once));
  });

  router.delete("/candidates/:id", requires("operator"), async (req, res) => {
    const id = pathId(req, "candidate");
    await answerOnce(req, res, noContent, (once) => useCases.deleteCandidate(id, res.locals.principal.name, once));
  });

  return router;
}
