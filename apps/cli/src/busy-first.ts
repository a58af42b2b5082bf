import type { Client, Schemas } from "@ringfence/client";

type Campaign = Schemas["Campaign"];

/** Older campaigns that are looked up because a batch of theirs is open. */
const MOST_LOOKED_UP = 20;

/** Whether a campaign has calls that are not over. */
export const isBusy = ({ pending_calls, in_progress_calls }: Pick<Campaign, "pending_calls" | "in_progress_calls">) =>
  pending_calls + in_progress_calls > 0;

/**
 * The newest campaigns, and those of the open batches however old, the busy ones first: what is going on must not stand
 * below, or beyond, what has long been over.
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
