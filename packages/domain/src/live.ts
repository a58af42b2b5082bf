import { z } from "zod";
import type { BatchView, CallView, LinesView } from "./http.ts";

/**
 * Query of GET /v1/events: one batch with its calls, the batches of one campaign, or, with neither, every batch that
 * still has a call to end.
 */
export const EventsQuery = z
  .strictObject({ batch_id: z.guid().optional(), campaign_id: z.guid().optional() })
  .refine(({ batch_id, campaign_id }) => batch_id === undefined || campaign_id === undefined, {
    path: ["campaign_id"],
    message: "Name batch_id or campaign_id, not both",
  });
export type EventsQuery = z.infer<typeof EventsQuery>;

/**
 * Server-sent events by name, with their data. The first of each kind comes at once and is the state as it is; then
 * each change, so seldom that `batch` and `call` together are at most 4 a second for a batch; the last state always comes.
 */
export interface LiveEvents {
  batch: BatchView;
  /** Calls of the batch that changed, at most 1,000. */
  call: { batch_id: string; calls: CallView[] };
  lines: LinesView;
  /** Nothing changed for a while: the connection is alive. */
  ping: Record<string, never>;
}
