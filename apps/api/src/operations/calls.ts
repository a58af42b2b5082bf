import type { CallPlace } from "@ringfence/campaigns";
import { CallsQuery, CallView, callSearch, pageOf, ReasonCount } from "@ringfence/domain";
import { pageOrFile } from "../http/csv-export.ts";
import { bySort, wholeList } from "../http/cursors.ts";
import { found } from "../http/found.ts";
import { NO_QUERY, operation } from "../http/operation.ts";
import { seenBy, seesMasked, toCall } from "../http/views.ts";

/** Columns of an export. */
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
/** Rows that an export reads per query: import order follows an index; any other order sorts all rows anew for each page. */
const EXPORT_PAGE = { byTurn: 1_000, sorted: 20_000 };

/** The calls of a batch, one call, and why calls ended. */
export const callOperations = [
  operation({
    method: "get",
    path: "/batches/:id/calls",
    id: "listCalls",
    tag: "Calls",
    summary: "List the calls of a batch, or export them",
    needs: "viewer",
    query: CallsQuery,
    answer: {
      status: 200,
      description: "A page of calls",
      schema: pageOf(CallView),
      csv: "All calls of the list, with `format=csv` or `Accept: text/csv`",
    },
    handle: async ({ id, query, role, req, res }, { db }) => {
      found(await db.lists.batch(id), "batch");
      const { status, reason, sort } = query;
      const search = query.search === undefined ? undefined : callSearch(query.search, role);
      const asked = { status, reason, search, sort, masked: seesMasked(role) };
      const pageSize = sort === "turn" ? EXPORT_PAGE.byTurn : EXPORT_PAGE.sorted;
      return await pageOrFile(
        { req, res, query },
        {
          kind: bySort(sort),
          rows: (after: CallPlace | null, limit: number) => db.lists.calls(id, asked, after, limit),
          view: toCall(role),
          file: { name: `calls-${id}.csv`, columns: COLUMNS, pageSize },
        },
      );
    },
  }),
  operation({
    method: "get",
    path: "/batches/:id/reasons",
    id: "listBatchReasons",
    tag: "Calls",
    summary: "Count why the calls of a batch ended",
    needs: "viewer",
    query: NO_QUERY,
    answer: { status: 200, description: "At most 100 reasons, most frequent first", schema: pageOf(ReasonCount) },
    handle: async ({ id, role }, { db }) => {
      found(await db.lists.batch(id), "batch");
      return wholeList(seenBy(role, await db.lists.reasons({ batchId: id }, seesMasked(role))));
    },
  }),
  operation({
    method: "get",
    path: "/calls/:id",
    id: "getCall",
    tag: "Calls",
    summary: "Get a call",
    needs: "viewer",
    answer: { status: 200, description: "The call", schema: CallView },
    handle: async ({ id, role }, { db }) => toCall(role)(found(await db.lists.call(id), "call")),
  }),
];
