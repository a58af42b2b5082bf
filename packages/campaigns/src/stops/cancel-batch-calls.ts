import { notFound, Problem, type Receipt } from "@ringfence/domain";
import { answering, braking, conclude, drain, type StopDeps, type StopOptions } from "./stop-batches.ts";

/**
 * Pause Batch: cancels all calls of one batch that are not yet dialled. When it returns, no row of the batch is pending,
 * no dial is open and none will be; calls in progress end naturally. May be repeated, and then completes a stop whose
 * process died. Throws `not_found`, `batch_completed` and `unavailable`.
 */
export const cancelBatchCalls =
  (deps: StopDeps) =>
  (batchId: string, options: StopOptions): Promise<Receipt> =>
    answering(deps.db, async (progress) => {
      const { stops } = deps.db;
      const since = await braking(progress, () => stops.brake(batchId));
      const batch = await stops.batch(batchId);
      if (!batch) throw notFound("batch");
      if (batch.status === "completed")
        throw new Problem("batch_completed", "All its calls have ended; there is nothing left to cancel");
      const figures = await drain(deps.db, [batchId], since);
      return await conclude(
        deps,
        { campaignId: batch.campaignId, batchId, batchIds: [batchId], since, figures },
        options,
      );
    });
