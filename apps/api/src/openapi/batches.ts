import {
  BatchesQuery,
  BatchView,
  CallsQuery,
  CallView,
  EventsQuery,
  pageOf,
  ReasonCount,
  Receipt,
  StopRequest,
} from "@ringfence/domain";
import type { Operation } from "../http/operation.ts";

export const batchOperations: Operation[] = [
  {
    method: "get",
    path: "/v1/batches",
    id: "listBatches",
    tag: "Batches",
    summary: "List batches, newest first",
    needs: "viewer",
    query: BatchesQuery,
    answer: { status: 200, description: "A page of batches", schema: pageOf(BatchView) },
    problems: ["not_found"],
  },
  {
    method: "get",
    path: "/v1/batches/{id}",
    id: "getBatch",
    tag: "Batches",
    summary: "Get a batch",
    needs: "viewer",
    answer: { status: 200, description: "The batch", schema: BatchView },
  },
  {
    method: "post",
    path: "/v1/batches/{id}/cancel",
    id: "cancelBatch",
    isStop: true,
    tag: "Batches",
    summary: "Pause Batch: cancel every pending call of the batch",
    description:
      "After the answer no other call of it is dialled. Calls in progress end naturally; with `hangup` they are ended at " +
      "Retell too. May be repeated, and is never rate-limited. Launch the campaign again to call the rest.",
    needs: "operator",
    body: { schema: StopRequest, example: { mode: "drain" }, isOptional: true },
    answer: { status: 200, description: "The receipt", schema: Receipt },
    problems: ["batch_completed"],
  },
  {
    method: "get",
    path: "/v1/batches/{id}/calls",
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
  },
  {
    method: "get",
    path: "/v1/batches/{id}/reasons",
    id: "listBatchReasons",
    tag: "Calls",
    summary: "Why the calls of a batch ended",
    needs: "viewer",
    answer: { status: 200, description: "At most 100 reasons, most frequent first", schema: pageOf(ReasonCount) },
  },
  {
    method: "get",
    path: "/v1/calls/{id}",
    id: "getCall",
    tag: "Calls",
    summary: "Get a call",
    needs: "viewer",
    answer: { status: 200, description: "The call", schema: CallView },
  },
  {
    method: "get",
    path: "/v1/events",
    id: "streamEvents",
    tag: "Live",
    summary: "Hear of changes as they happen",
    description:
      "Server-sent events. `batch`: a batch; `call`: `{batch_id, calls}`, of the batch that is watched; `campaign`: " +
      "`{campaign, age_ms}`; `reasons`: `{items, age_ms}`; `lines`: the lines; `audit`: `{newest}`; `ping`, at least every " +
      "15 seconds. First comes the state as it is, then each change, at most four events a second for a batch; the last " +
      "state always comes. Without a query: every batch that still has a call to end.",
    needs: "viewer",
    query: EventsQuery,
    answer: { status: 200, description: "A stream that does not end", events: "Events with JSON as their data" },
    problems: ["not_found"],
  },
];
