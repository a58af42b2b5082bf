import type { CallPlace, PlacedCall } from "@ringfence/campaigns";
import {
  CallsQuery,
  type CallView,
  callSearch,
  NoFields,
  notFound,
  type ReasonCount,
  type Role,
} from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { parseAs } from "../http/bodies.ts";
import { everyRow, sendCsv } from "../http/csv-export.ts";
import { bySort, page } from "../http/cursors.ts";
import { pathId } from "../http/path-id.ts";
import { seenBy, seesMasked, toCall } from "../http/views.ts";

const COLUMNS = [
  "id",
  "batch_id",
  "campaign_id",
  "candidate_id",
  "phone_number",
  "name",
  "call_status",
  "placed",
  "retell_call_id",
  "error_message",
  "disconnection_reason",
  "created_at",
  "claimed_at",
  "dialed_at",
  "started_at",
  "ended_at",
  "duration_ms",
  "cancelled_at",
  "recording_url",
  "analysis",
] as const satisfies (keyof CallView)[];
/** Rows read at once for an export: in import order along an index; in any other each page sorts all of them anew. */
const EXPORT_PAGE = { byTurn: 1_000, sorted: 20_000 };

/** The calls of a batch, one call, and why calls ended. */
export function callRoutes({ db }: Api): Router {
  const router = Router();

  router.get("/batches/:id/calls", async (req, res) => {
    const id = pathId(req, "batch");
    const query = parseAs(CallsQuery, req.query);
    if (!(await db.lists.batch(id))) throw notFound("batch");
    const { role } = res.locals.principal;
    const { status, reason, sort } = query;
    const search = query.search === undefined ? undefined : callSearch(query.search, role);
    const asked = { status, reason, search, sort, masked: seesMasked(role) };
    const rows = (after: CallPlace | null, limit: number) => db.lists.calls(id, asked, after, limit);
    res.vary("Accept");
    if ((query.format ?? req.accepts(["json", "csv"])) === "csv") {
      const pageSize = sort === "turn" ? EXPORT_PAGE.byTurn : EXPORT_PAGE.sorted;
      const calls = everyRow(rows, pageSize, (row: PlacedCall): CallPlace => row, toCall(role));
      return await sendCsv(res, `calls-${id}.csv`, COLUMNS, calls);
    }
    res.json(await page(query, bySort(sort), rows, toCall(role)));
  });

  router.get("/calls/:id", async (req, res) => {
    const call = await db.lists.call(pathId(req, "call"));
    if (!call) throw notFound("call");
    res.json(toCall(res.locals.principal.role)(call));
  });

  router.get("/batches/:id/reasons", async (req, res) => {
    const batchId = pathId(req, "batch");
    parseAs(NoFields, req.query);
    if (!(await db.lists.batch(batchId))) throw notFound("batch");
    const { role } = res.locals.principal;
    res.json(toReasons(role, await db.lists.reasons({ batchId }, seesMasked(role))));
  });

  router.get("/campaigns/:id/reasons", async (req, res) => {
    const campaignId = pathId(req, "campaign");
    parseAs(NoFields, req.query);
    if (!(await db.campaigns.exists(campaignId))) throw notFound("campaign");
    const { role } = res.locals.principal;
    res.json(toReasons(role, await db.lists.reasons({ campaignId }, seesMasked(role))));
  });

  return router;
}

const toReasons = (role: Role, reasons: ReasonCount[]) => ({ items: seenBy(role, reasons), next_cursor: null });
