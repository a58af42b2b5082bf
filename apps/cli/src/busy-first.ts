import type { Client, Schemas } from "@ringfence/client";

type Campaign = Schemas["Campaign"];

/** Most older campaigns that are looked up because they have an open batch. */
const MOST_LOOKED_UP = 20;

/** Whether a campaign has unfinished calls. */
export const isBusy = ({ pending_calls, in_progress_calls }: Pick<Campaign, "pending_calls" | "in_progress_calls">) =>
  pending_calls + in_progress_calls > 0;

/**
 * The newest campaigns, and the campaigns of open batches however old, busy campaigns first: current work must not be listed
 * below, or cut off behind, campaigns that ended long ago.
 */
export async function busyFirst(
  client: Client,
  batches: readonly Pick<Schemas["Batch"], "campaign_id">[],
  newest: readonly Campaign[],
): Promise<Campaign[]> {
  const known = new Set(newest.map(({ id }) => id));
  const missing = [...new Set(batches.map((batch) => batch.campaign_id))].filter((id) => !known.has(id));
  const older = await Promise.all(
    missing.slice(0, MOST_LOOKED_UP).map((id) => client.GET("/v1/campaigns/{id}", { params: { path: { id } } })),
  );
  const all = [...newest, ...older];
  return [...all.filter(isBusy), ...all.filter((campaign) => !isBusy(campaign))];
}
