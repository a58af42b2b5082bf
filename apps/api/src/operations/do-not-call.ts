import type { ImportRow } from "@ringfence/campaigns";
import {
  AddToDoNotCall,
  callSearch,
  DoNotCallQuery,
  DoNotCallView,
  ImportReport,
  pageOf,
  SiftQuery,
} from "@ringfence/domain";
import { LARGEST_LIST } from "../http/bodies.ts";
import { pageOrFile } from "../http/csv-export.ts";
import { newestFirst } from "../http/cursors.ts";
import { operation } from "../http/operation.ts";
import { seenBy, seesMasked } from "../http/views.ts";

/** Rows of the list that an export reads per query. */
const EXPORT_PAGE = 1_000;

const toRow = (phone_number: string): ImportRow => ({ line: null, values: phone_number, input: { phone_number } });

/** The do-not-call list: numbers that are never dialled. */
export const doNotCallOperations = [
  operation({
    method: "post",
    path: "/do-not-call",
    id: "addToDoNotCall",
    once: true,
    tag: "Do not call",
    summary: "Add numbers that are never dialled",
    description:
      "Send JSON with at most 10,000 numbers or, streamed and of any length, `text/csv` with a column `phone_number` or " +
      "`application/x-ndjson`. After the answer these numbers are not dialled in any campaign: their pending calls fail as " +
      "'On the do-not-call list' when it is their turn, and later launches leave them out. Calls in progress end " +
      "naturally. The request waits for dials of these numbers that are under way.",
    needs: "operator",
    query: SiftQuery,
    body: {
      schema: AddToDoNotCall,
      example: { phone_numbers: ["+14155550100"] },
      largest: LARGEST_LIST,
    },
    stream: {
      csv: "A header row with `phone_number`, in any spelling; other columns are ignored.",
      ndjson: "One object with `phone_number` per line",
      handle: ({ query, rows, by }, { addToDoNotCall }) => addToDoNotCall(rows, query, by),
    },
    answer: { status: 200, description: "What was added", schema: ImportReport },
    handle: ({ query, body: { phone_numbers, ...fields }, by, once }, { addToDoNotCall }) =>
      addToDoNotCall([phone_numbers.map(toRow)], { ...query, ...fields }, by, once),
  }),
  operation({
    method: "get",
    path: "/do-not-call",
    id: "listDoNotCall",
    tag: "Do not call",
    summary: "List the numbers that are never dialled, newest first, or export them",
    needs: "viewer",
    query: DoNotCallQuery,
    answer: {
      status: 200,
      description: "A page of numbers",
      schema: pageOf(DoNotCallView),
      csv: "The whole list, with `format=csv` or `Accept: text/csv`",
    },
    handle: async ({ query, role, req, res }, { db }) => {
      const search = query.search === undefined ? undefined : callSearch(query.search, role);
      return await pageOrFile(
        { req, res, query },
        {
          kind: newestFirst,
          rows: (after, limit) => db.doNotCall.list({ search, masked: seesMasked(role) }, after, limit),
          view: (entry) => seenBy(role, entry),
          file: {
            name: "do-not-call.csv",
            columns: ["id", "phone_number", "created_at", "created_by"],
            pageSize: EXPORT_PAGE,
          },
        },
      );
    },
  }),
  operation({
    method: "delete",
    path: "/do-not-call/:id",
    id: "removeFromDoNotCall",
    once: true,
    tag: "Do not call",
    summary: "Take a number off the list",
    description:
      "The number may be dialled from then on; candidates whose calls failed because of the list can be launched again.",
    needs: "operator",
    answer: { status: 204, description: "Taken off" },
    handle: ({ id, by, once }, { removeFromDoNotCall }) => removeFromDoNotCall(id, by, once),
  }),
];
