import { z } from "zod";
import type { BatchView } from "./batches.ts";
import type { CallView, ReasonCount } from "./calls.ts";
import type { CampaignView } from "./campaigns.ts";
import type { LinesView } from "./lines.ts";

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
 * each change, so seldom that `batch`, `call`, `campaign` and `reasons` together are at most 4 a second for a batch; the
 * last state always comes.
 */
export interface LiveEvents {
  batch: BatchView;
  /** Calls of the batch that changed, at most 1,000; `others`: more of them ended than these, so ask for the list anew. */
  call: { batch_id: string; calls: CallView[]; others?: boolean };
  /** The campaign of a batch that changed. `age_ms`: how long before it was sent the count began; an answer asked for since is newer. */
  campaign: { campaign: CampaignView; age_ms: number };
  /** Why the calls of the batch or the campaign that is watched ended; `age_ms` as above. */
  reasons: { batch_id?: string | undefined; campaign_id?: string | undefined; items: ReasonCount[]; age_ms: number };
  lines: LinesView;
  /** Somebody did something: `newest` is the id of the newest entry of the audit, null if there is none. */
  audit: { newest: string | null };
  /** Nothing changed for a while: the connection is alive. */
  ping: Record<string, never>;
}
