import type { Batch, Lines } from "./api-client.ts";
import type { Figures } from "./progress.ts";

/** A batch and the lines as the API shows them, as the figures of the progress bar. `now` in ms since 1970. */
export function toFigures(batch: Batch, lines: Lines, now: number): Figures {
  const until = batch.completed_at === null ? now : Date.parse(batch.completed_at);
  return {
    total: batch.total_candidates,
    completed: batch.completed_calls,
    failed: batch.failed_calls - batch.cancelled_calls,
    inProgress: batch.in_progress_calls,
    cancelled: batch.cancelled_calls,
    pending: batch.pending_calls,
    linesInUse: lines.in_use,
    lineLimit: lines.limit,
    elapsedMs: until - Date.parse(batch.created_at),
  };
}
