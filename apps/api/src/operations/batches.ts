import {
  BatchesQuery,
  BatchView,
  HoldReceipt,
  HoldRequest,
  PageQuery,
  pageOf,
  Receipt,
  StopRequest,
  StoredReceipt,
  WaitingView,
} from "@ringfence/domain";
import { byTime, newestFirst, page } from "../http/cursors.ts";
import { found } from "../http/found.ts";
import { operation } from "../http/operation.ts";
import { seenBy, toBatch, toReceipt } from "../http/views.ts";

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
    handle: ({ query, role }, { db }) => {
      const filter = { campaignId: query.campaign_id, status: query.status };
      return page(query, newestFirst, (after, limit) => db.lists.batches(filter, after, limit), toBatch(role));
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
    handle: async ({ id, role }, { db }) => toBatch(role)(found(await db.lists.batch(id), "batch")),
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
  operation({
    method: "post",
    path: "/batches/:id/hold",
    id: "holdBatch",
    tag: "Batches",
    summary: "Hold the batch: its pending calls wait until it is resumed",
    description:
      "After the answer no call of the batch is dialled until it is resumed. Nothing is cancelled, and calls in progress go on. May be repeated.",
    needs: "operator",
    body: { schema: HoldRequest, example: { reason: "The script is being changed" }, isOptional: true },
    answer: { status: 200, description: "What is held", schema: HoldReceipt },
    problems: ["batch_cancelled", "batch_completed"],
    handle: ({ id, body, by }, { holdBatch }) => holdBatch(id, body.reason, by),
  }),
  operation({
    method: "post",
    path: "/batches/:id/resume",
    id: "resumeBatch",
    tag: "Batches",
    summary: "Resume a held batch: its calls are dialled again, in the old order",
    description: "May be repeated. A hold of the campaign stays.",
    needs: "operator",
    answer: { status: 200, description: "The batch", schema: BatchView },
    handle: ({ id, by }, { resumeBatch }) => resumeBatch(id, by),
  }),
  operation({
    method: "get",
    path: "/batches/:id/waiting",
    id: "getBatchWaiting",
    tag: "Batches",
    summary: "Get why the pending calls of the batch are not dialled now",
    description: "Every reason that now keeps at least one pending call, and when the last call will have ended.",
    needs: "viewer",
    answer: { status: 200, description: "The reasons", schema: WaitingView },
    handle: async ({ id, role }, { viewWaiting }) => seenBy(role, await viewWaiting(id)),
  }),
  operation({
    method: "get",
    path: "/batches/:id/receipts",
    id: "listBatchReceipts",
    tag: "Batches",
    summary: "List the receipts of every stop of the batch, newest first",
    description: "Stop All of its campaign and repeats included, each as it was answered.",
    needs: "viewer",
    query: PageQuery,
    answer: { status: 200, description: "A page of receipts", schema: pageOf(StoredReceipt) },
    handle: async ({ id, query, role }, { db }) => {
      const { campaign_id: campaignId } = found(await db.lists.batch(id), "batch");
      return await page(
        query,
        byTime,
        (after, limit) => db.stops.receipts({ campaignId, batchId: id }, after, limit),
        toReceipt(role),
      );
    },
  }),
];
