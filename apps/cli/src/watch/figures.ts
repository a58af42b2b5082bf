import type { Schemas } from "@ringfence/client";

/** The figures of what is watched. `failed` excludes cancelled calls; the five counts add up to `total`. */
export interface Figures {
  status: string;
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  inProgress: number;
  pending: number;
  /** Whether the last call has ended. */
  over: boolean;
  /** Whether it was stopped. */
  stopped: boolean;
}

/** The figures of a batch, or of a campaign with all its batches. */
export function figuresOf(subject: Schemas["Batch"] | Schemas["Campaign"]): Figures {
  const { status, pending_calls, in_progress_calls, completed_calls, failed_calls, cancelled_calls } = subject;
  return {
    status,
    total: pending_calls + in_progress_calls + completed_calls + failed_calls,
    completed: completed_calls,
    failed: failed_calls - cancelled_calls,
    cancelled: cancelled_calls,
    inProgress: in_progress_calls,
    pending: pending_calls,
    over: "completed_at" in subject ? subject.completed_at !== null : pending_calls + in_progress_calls === 0,
    stopped: status === "cancelled" || status === "paused",
  };
}
