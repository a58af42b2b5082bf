import { AddToDoNotCall, callSearch, DoNotCallQuery, type DoNotCallView, SiftQuery } from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { requires } from "../auth/auth.ts";
import { noContent, ok } from "../http/answer-once.ts";
import { CANDIDATES_BODY, json, parseAs } from "../http/bodies.ts";
import { everyRow, sendCsv } from "../http/csv-export.ts";
import { newestFirst, page } from "../http/cursors.ts";
import { streamedRows } from "../http/imports/streamed-rows.ts";
import { pathId } from "../http/path-id.ts";
import { seenBy, seesMasked } from "../http/views.ts";

const COLUMNS = ["id", "phone_number", "created_at", "created_by"] as const;
/** Rows read at once for an export. */
const EXPORT_PAGE = 1_000;

/** The numbers that nobody is dialled at. */
export function doNotCallRoutes({ db, useCases, answerOnce }: Api): Router {
  const router = Router();

  router.post("/do-not-call", requires("operator"), async (req, res, next) => {
    const options = parseAs(SiftQuery, req.query);
    const rows = streamedRows(req);
    if (!rows) return next();
    res.json(await useCases.addToDoNotCall(rows, options, res.locals.principal.name));
  });

  router.post("/do-not-call", json(CANDIDATES_BODY), async (req, res) => {
    const { phone_numbers, ...fields } = parseAs(AddToDoNotCall, req.body);
    const options = { ...parseAs(SiftQuery, req.query), ...fields };
    const rows = phone_numbers.map((phone_number) => ({ line: null, values: phone_number, input: { phone_number } }));
    await answerOnce(req, res, ok, (once) => useCases.addToDoNotCall([rows], options, res.locals.principal.name, once));
  });

  router.get("/do-not-call", async (req, res) => {
    const query = parseAs(DoNotCallQuery, req.query);
    const { role } = res.locals.principal;
    const search = query.search === undefined ? undefined : callSearch(query.search, role);
    const view = (entry: DoNotCallView) => seenBy(role, entry);
    const rows = (after: Parameters<typeof db.doNotCall.list>[1], limit: number) =>
      db.doNotCall.list({ search, masked: seesMasked(role) }, after, limit);
    res.vary("Accept");
    if ((query.format ?? req.accepts(["json", "csv"])) === "csv") {
      const place = ({ created_at, id }: DoNotCallView) => ({ createdAt: created_at, id });
      return await sendCsv(res, "do-not-call.csv", COLUMNS, everyRow(rows, EXPORT_PAGE, place, view));
    }
    res.json(await page(query, newestFirst, rows, view));
  });

  router.delete("/do-not-call/:id", requires("operator"), async (req, res) => {
    const id = pathId(req, "number");
    await answerOnce(req, res, noContent, (once) => db.doNotCall.remove(id, res.locals.principal.name, once));
  });

  return router;
}
