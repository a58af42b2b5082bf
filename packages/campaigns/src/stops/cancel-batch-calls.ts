import { notFound, Problem, type Receipt } from "@ringfence/domain";
import { conclude, drain, type StopDeps, type StopOptions } from "./stop-batches.ts";

/**
 * Pause Batch: cancels all calls of one batch that are not yet dialled. When it returns, no row of the batch is pending,
 * no dial is open and none will be; calls in progress end naturally. May be repeated, and then completes a stop whose
 * process died. Throws `not_found` and `batch_completed`.
 */
export const cancelBatchCalls =
  (deps: StopDeps) =>
  async (batchId: string, options: StopOptions): Promise<Receipt> => {
    const since = await deps.db.stops.now();
    const batch = await deps.db.stops.brake(batchId);
    if (!batch) throw notFound("batch");
    if (batch.status === "completed")
      throw new Problem("batch_completed", "All its calls have ended; there is nothing left to cancel");
    const figures = await drain(deps.db, [batchId], since);
    return await conclude(
      deps,
      { campaignId: batch.campaignId, batchId, batchIds: [batchId], since, figures },
      options,
    );
  };
