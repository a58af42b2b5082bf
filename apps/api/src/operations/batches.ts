import { BatchesQuery, BatchView, pageOf, Receipt, StopRequest } from "@ringfence/domain";
import { newestFirst, page } from "../http/cursors.ts";
import { found } from "../http/found.ts";
import { operation } from "../http/operation.ts";

/** Batches, and Pause Batch. */
export const batchOperations = [
  operation({
    method: "get",
    path: "/batches",
    id: "listBatches",
    tag: "Batches",
    summary: "List batches, newest first",
    needs: "viewer",
    query: BatchesQuery,
    queryIds: { campaign_id: "campaign" },
    answer: { status: 200, description: "A page of batches", schema: pageOf(BatchView) },
    problems: ["not_found"],
    handle: ({ query }, { db }) => {
      const filter = { campaignId: query.campaign_id, status: query.status };
      return page(query, newestFirst, (after, limit) => db.lists.batches(filter, after, limit));
    },
  }),
  operation({
    method: "get",
    path: "/batches/:id",
    id: "getBatch",
    tag: "Batches",
    summary: "Get a batch",
    needs: "viewer",
    answer: { status: 200, description: "The batch", schema: BatchView },
    handle: async ({ id }, { db }) => found(await db.lists.batch(id), "batch"),
  }),
  operation({
    method: "post",
    path: "/batches/:id/cancel",
    id: "cancelBatch",
    stop: true,
    tag: "Batches",
    summary: "Pause Batch: cancel every pending call of the batch",
    description:
      "After the answer no further call of the batch is dialled. Calls in progress end naturally; `hangup` also ends them at " +
      "Retell. May be repeated, and is never rate-limited. Launch the campaign again to call the remaining candidates.",
    needs: "operator",
    body: { schema: StopRequest, example: { mode: "drain" }, isOptional: true },
    answer: { status: 200, description: "The receipt", schema: Receipt },
    problems: ["batch_completed"],
    handle: ({ id, body, by }, { cancelBatchCalls }) => cancelBatchCalls(id, { mode: body.mode, by }),
  }),
];
