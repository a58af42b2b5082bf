import type { ImportRow } from "@ringfence/campaigns";
import {
  CandidatesReport,
  CandidateView,
  ImportCandidates,
  ImportOptions,
  notFound,
  PageQuery,
  pageOf,
  UpdateCandidate,
} from "@ringfence/domain";
import { answering } from "../http/answer-once.ts";
import { LARGEST_LIST } from "../http/bodies.ts";
import { byOrdinal, page } from "../http/cursors.ts";
import { found } from "../http/found.ts";
import { elementInput } from "../http/imports/ndjson-import.ts";
import { operation } from "../http/operation.ts";
import { toCandidate } from "../http/views.ts";

const toRow = (values: unknown): ImportRow => ({ line: null, values, input: elementInput(values) });

/** The people of a campaign: importing, listing, correcting and deleting them. */
export const candidateOperations = [
  operation({
    method: "post",
    path: "/campaigns/:id/candidates",
    id: "importCandidates",
    once: true,
    tag: "Candidates",
    summary: "Import candidates",
    description:
      "Send JSON with at most 10,000 candidates or, streamed and of any length, `text/csv` with a header row or " +
      "`application/x-ndjson` with one candidate per line. The import is one transaction: " +
      "good rows are stored, bad rows are named and skipped; a body that does not parse, holds bytes invalid in its charset, " +
      "or breaks off, stores nothing. A number must be international, unless `default_country` is given, and stand alone in its " +
      "cell: two numbers, a range or an extension are refused. It becomes E.164. A number that the campaign already has is a duplicate.",
    needs: "operator",
    query: ImportOptions,
    body: {
      schema: ImportCandidates,
      example: {
        candidates: [{ phone_number: "+14155550100", name: "Ada Brennan", dynamic_variables: { city: "Austin" } }],
      },
      largest: LARGEST_LIST,
    },
    stream: {
      csv:
        "A header row with `phone_number` and, optionally, `name` and `external_id`, in any spelling such as `Phone Number`. " +
        "Every column but the number's is a dynamic variable under its own name; a column `rejected_because` is ignored. " +
        "The separator is a comma, semicolon, tab or bar, detected or named by a line `sep=`; the charset is UTF-8, UTF-16 with a byte order mark, or the `charset` of " +
        "the Content-Type. Missing last fields are empty.",
      ndjson: "One candidate per line, as in the JSON above; the options go into the query",
      handle: ({ id, query, rows, by }, { importCandidates }) => importCandidates(id, rows, query, by),
    },
    answer: { status: 200, description: "What was imported", schema: CandidatesReport },
    problems: ["call_unfinished"],
    handle: ({ id, query, body: { candidates, ...fields }, by, once }, { importCandidates }) =>
      importCandidates(id, [candidates.map(toRow)], { ...query, ...fields }, by, once),
  }),
  operation({
    method: "get",
    path: "/campaigns/:id/candidates",
    id: "listCandidates",
    tag: "Candidates",
    summary: "List candidates, in import order",
    needs: "viewer",
    query: PageQuery,
    answer: { status: 200, description: "A page of candidates", schema: pageOf(CandidateView) },
    handle: async ({ id, query, role }, { db }) => {
      if (!(await db.campaigns.exists(id))) throw notFound("campaign");
      return await page(query, byOrdinal, (after, limit) => db.candidates.list(id, after, limit), toCandidate(role));
    },
  }),
  operation({
    method: "get",
    path: "/candidates/:id",
    id: "getCandidate",
    tag: "Candidates",
    summary: "Get a candidate",
    needs: "viewer",
    answer: { status: 200, description: "The candidate", schema: CandidateView },
    handle: async ({ id, role }, { db }) => toCandidate(role)(found(await db.candidates.find(id), "candidate")),
  }),
  operation({
    method: "patch",
    path: "/candidates/:id",
    id: "correctCandidate",
    once: true,
    tag: "Candidates",
    summary: "Correct a candidate",
    description:
      "Changes the named fields; `dynamic_variables` are replaced as a whole. Refused while the candidate has a call that is pending or in " +
      "progress, or while a launch of the campaign is under way. The number can be corrected as long as it was never dialled.",
    needs: "operator",
    body: { schema: UpdateCandidate, example: { name: "Ada Brennan", dynamic_variables: { city: "Austin" } } },
    answer: { status: 200, description: "The candidate", schema: CandidateView },
    problems: ["call_unfinished", "already_dialled", "duplicate_number"],
    handle: async ({ id, body, by, role, once }, { correctCandidate }) => {
      const view = toCandidate(role);
      return view(await correctCandidate(id, body, by, answering(once, view)));
    },
  }),
  operation({
    method: "delete",
    path: "/candidates/:id",
    id: "deleteCandidate",
    once: true,
    tag: "Candidates",
    summary: "Delete a candidate",
    description:
      "Refused while the candidate has a call that is pending or in progress, or while a launch of the campaign is under way. Past calls " +
      "keep their number; if a dialled number is imported again, it is not dialled again.",
    needs: "operator",
    answer: { status: 204, description: "Deleted" },
    problems: ["call_unfinished"],
    handle: ({ id, by, once }, { deleteCandidate }) => deleteCandidate(id, by, once),
  }),
];
