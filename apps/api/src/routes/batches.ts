import type { CallPlace, PlacedCall } from "@ringfence/db";
import { BatchesQuery, CallsQuery, type CallView, NoFields, notFound, StopRequest } from "@ringfence/domain";
import { Router } from "express";
import { z } from "zod";
import type { Api } from "../app.ts";
import { requires } from "../auth.ts";
import { json, parseAs } from "../bodies.ts";
import { sendCalls } from "../csv-export.ts";
import { byCallSort, newestFirst, page } from "../cursors.ts";
import { pathId } from "../path-id.ts";
import { toCall, toReasons } from "../views.ts";

/** Rows read at once for an export. */
const EXPORT_PAGE = 1_000;

/** Batches, their calls, and Pause Batch. */
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

  router.get("/batches/:id/calls", async (req, res) => {
    const id = pathId(req, "batch");
    const query = parseAs(CallsQuery, req.query);
    if (!(await db.lists.batch(id))) throw notFound("batch");
    const { role } = res.locals.principal;
    const view = toCall(role);
    const { status, reason, search, sort } = query;
    const list = { batchId: id, status, reason, search, sort, masked: role === "viewer" };
    const rows = (after: CallPlace | null, limit: number) => db.callLists.calls(list, after, limit);
    res.vary("Accept");
    const format = query.format ?? req.accepts(["json", "csv"]);
    if (format === "csv") return await sendCalls(res, `calls-${id}.csv`, everyCall(rows, view));
    res.json(await page(query, byCallSort(sort), rows, view));
  });

  router.get("/batches/:id/reasons", async (req, res) => {
    const id = pathId(req, "batch");
    parseAs(NoFields, req.query);
    if (!(await db.lists.batch(id))) throw notFound("batch");
    res.json(toReasons(res.locals.principal.role)(await db.callLists.reasons({ batchId: id })));
  });

  router.get("/calls/:id", async (req, res) => {
    const call = await db.callLists.call(pathId(req, "call"));
    if (!call) throw notFound("call");
    res.json(toCall(res.locals.principal.role)(call));
  });

  return router;
}

async function* everyCall(
  rows: (after: CallPlace | null, limit: number) => Promise<PlacedCall[]>,
  view: (row: PlacedCall) => CallView,
) {
  for (let after: CallPlace | null = null; ; ) {
    const found = await rows(after, EXPORT_PAGE);
    for (const row of found) yield view(row);
    if (found.length < EXPORT_PAGE) return;
    after = found.at(-1)!;
  }
}
