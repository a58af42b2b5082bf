import {
  AddToDoNotCall,
  CandidatesReport,
  CandidateView,
  DoNotCallQuery,
  DoNotCallView,
  ImportCandidates,
  ImportOptions,
  ImportReport,
  PageQuery,
  pageOf,
  SiftQuery,
  UpdateCandidate,
} from "@ringfence/domain";
import type { Operation } from "../http/operation.ts";

export const candidateOperations: Operation[] = [
  {
    method: "post",
    path: "/v1/campaigns/{id}/candidates",
    id: "importCandidates",
    isOnce: true,
    tag: "Candidates",
    summary: "Import candidates",
    description:
      "As JSON, at most 10,000, or, of any length and as it streams in, as `text/csv` with a header row or as " +
      "`application/x-ndjson`, one candidate a line. One transaction: " +
      "good rows are kept, bad ones are named and skipped; a body that does not parse, holds bytes that are not of its charset, " +
      "or breaks off, keeps nothing. A number must be international, unless `default_country` is given, and stand alone in its " +
      "cell: two numbers, a range or an extension are refused. It becomes E.164. A number that the campaign has already is a duplicate.",
    needs: "operator",
    query: ImportOptions,
    body: {
      schema: ImportCandidates,
      example: {
        candidates: [{ phone_number: "+14155550100", name: "Ada Brennan", dynamic_variables: { city: "Austin" } }],
      },
      csv:
        "A header row with `phone_number` and, if wanted, `name` and `external_id`, in any spelling such as `Phone Number`. " +
        "Every column but the number's is a dynamic variable under its own name; a column `rejected_because` is ignored. " +
        "Comma, semicolon, tab or bar, found by itself or named by a line `sep=`; UTF-8, UTF-16 with its mark, or the `charset` of " +
        "the Content-Type. Missing last fields are empty.",
      ndjson: "One candidate a line, as in the JSON above; the options stand in the query",
    },
    answer: { status: 200, description: "What was imported", schema: CandidatesReport },
    problems: ["call_unfinished"],
  },
  {
    method: "get",
    path: "/v1/campaigns/{id}/candidates",
    id: "listCandidates",
    tag: "Candidates",
    summary: "List candidates, in import order",
    needs: "viewer",
    query: PageQuery,
    answer: { status: 200, description: "A page of candidates", schema: pageOf(CandidateView) },
  },
  {
    method: "get",
    path: "/v1/candidates/{id}",
    id: "getCandidate",
    tag: "Candidates",
    summary: "Get a candidate",
    needs: "viewer",
    answer: { status: 200, description: "The candidate", schema: CandidateView },
  },
  {
    method: "patch",
    path: "/v1/candidates/{id}",
    id: "correctCandidate",
    isOnce: true,
    tag: "Candidates",
    summary: "Correct a candidate",
    description:
      "Changes the named fields; `dynamic_variables` are replaced as a whole. Refused while a call of theirs is pending or in " +
      "progress, or a launch of their campaign is under way. The number can be corrected as long as it was never dialled.",
    needs: "operator",
    body: { schema: UpdateCandidate, example: { name: "Ada Brennan", dynamic_variables: { city: "Austin" } } },
    answer: { status: 200, description: "The candidate", schema: CandidateView },
    problems: ["call_unfinished", "already_dialled", "duplicate_number"],
  },
  {
    method: "delete",
    path: "/v1/candidates/{id}",
    id: "deleteCandidate",
    isOnce: true,
    tag: "Candidates",
    summary: "Delete a candidate",
    description:
      "Refused while a call of theirs is pending or in progress, or a launch of their campaign is under way. Calls that were " +
      "made keep their number; if it is imported again, whoever was dialled is not dialled anew.",
    needs: "operator",
    answer: { status: 204, description: "Deleted" },
    problems: ["call_unfinished"],
  },
  {
    method: "post",
    path: "/v1/do-not-call",
    id: "addToDoNotCall",
    isOnce: true,
    tag: "Do not call",
    summary: "Add numbers that are never dialled",
    description:
      "As JSON, at most 10,000, or, of any length and as it streams in, as `text/csv` with a column `phone_number` or as " +
      "`application/x-ndjson`. After the answer nobody dials them, in any campaign: their pending calls fail as " +
      "'On the do-not-call list' when it is their turn, and launches leave them out from then on. Calls in progress end " +
      "naturally. Waits for the answer to a dial of such a number that is just under way.",
    needs: "operator",
    query: SiftQuery,
    body: {
      schema: AddToDoNotCall,
      example: { phone_numbers: ["+14155550100"] },
      csv: "A header row with `phone_number`, in any spelling; other columns are ignored.",
      ndjson: "One object with `phone_number` a line",
    },
    answer: { status: 200, description: "What was added", schema: ImportReport },
  },
  {
    method: "get",
    path: "/v1/do-not-call",
    id: "listDoNotCall",
    tag: "Do not call",
    summary: "List the numbers that are never dialled, newest first, or export them",
    needs: "viewer",
    query: DoNotCallQuery,
    answer: {
      status: 200,
      description: "A page of numbers",
      schema: pageOf(DoNotCallView),
      csv: "All of the list, with `format=csv` or `Accept: text/csv`",
    },
  },
  {
    method: "delete",
    path: "/v1/do-not-call/{id}",
    id: "removeFromDoNotCall",
    isOnce: true,
    tag: "Do not call",
    summary: "Take a number off the list",
    description: "From then on it is dialled again; calls that failed for the list can be launched anew.",
    needs: "operator",
    answer: { status: 204, description: "Taken off" },
  },
];
