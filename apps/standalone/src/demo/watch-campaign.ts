import { setTimeout as delay } from "node:timers/promises";
import type { Reporter } from "@ringfence/cli/reporters";
import { type Showing, show } from "@ringfence/cli/show";
import { type Client, createClient, type Schemas } from "@ringfence/client";
import type { Access } from "./demo-words.ts";

/** Interval at which new batches are looked for, in ms. */
const LOOK_EVERY_MS = 500;
/** How often a poll is retried, and after how many ms: half a minute in all, because a laptop's sleep is no reason to end. Dead processes are reported elsewhere. */
const PATIENT = { attempts: 60, firstDelayMs: 500, longestDelayMs: 500 };

/** Which campaign is watched, where it is shown, and what happens after the end of each of its batches. */
export interface Watching {
  campaignId: string;
  reporter: Reporter;
  signal: AbortSignal;
  onEnd: (batchId: string) => Promise<void>;
}

/** Shows each batch of a campaign, oldest first, until its last call has ended, and then those that are launched later. Ends only by throwing. */
export async function watchCampaign(access: Access, { campaignId, reporter, signal, onEnd }: Watching): Promise<never> {
  const client = createClient({ ...access, retries: PATIENT });
  const shown = new Set<string>();
  for (;;) {
    const next = (await batchesOf(client, campaignId)).findLast(({ id }) => !shown.has(id));
    if (next) {
      await showBatch(access, next.id, { reporter, signal });
      shown.add(next.id);
      await onEnd(next.id);
    }
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** Shows one batch as `ringfence watch` does. */
export const showBatch = (access: Access, id: string, showing: Omit<Showing, "client" | "subject">) =>
  show({ ...showing, client: createClient({ ...access, retries: { attempts: 1 } }), subject: { kind: "batch", id } });

/** The batches of the campaign, newest first. */
const batchesOf = async (client: Client, campaign_id: string): Promise<Schemas["Batch"][]> =>
  (await client.GET("/v1/batches", { params: { query: { campaign_id } } })).items;
