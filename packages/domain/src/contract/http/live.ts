import { z } from "zod";
import type { BatchView } from "./batches.ts";
import type { CallView, ReasonCount } from "./calls.ts";
import type { CampaignView } from "./campaigns.ts";
import type { LinesView } from "./lines.ts";

/**
 * Query of GET /v1/events: one batch with its calls, the batches of one campaign, or, with neither field, every batch
 * with an unfinished call.
 */
export const EventsQuery = z
  .strictObject({ batch_id: z.guid().optional(), campaign_id: z.guid().optional() })
  .refine(({ batch_id, campaign_id }) => batch_id === undefined || campaign_id === undefined, {
    path: ["campaign_id"],
    message: "Name batch_id or campaign_id, not both",
  });
export type EventsQuery = z.infer<typeof EventsQuery>;

/**
 * Server-sent events by name, with their data. The first event of each kind is sent immediately and shows the current
 * state. Changes follow, throttled so that `batch`, `call`, `campaign` and `reasons` together are at most 4 a second for a
 * batch. The last state is always sent.
 */
export interface LiveEvents {
  batch: BatchView;
  /** Changed calls of the batch, at most 1,000; `others`: further calls ended too, so request the list again. */
  call: { batch_id: string; calls: CallView[]; others?: boolean };
  /** The campaign of a changed batch. `age_ms`: time from the begin of the count to sending; an answer requested after that begin is newer. */
  campaign: { campaign: CampaignView; age_ms: number };
  /** Why the calls of the watched batch or campaign ended; `age_ms` as above. */
  reasons: { batch_id?: string | undefined; campaign_id?: string | undefined; items: ReasonCount[]; age_ms: number };
  lines: LinesView;
  /** The audit has a new entry: `newest` is the id of its newest entry, null if it is empty. */
  audit: { newest: string | null };
  /** Shows that the connection is alive while nothing changes. */
  ping: Record<string, never>;
}
