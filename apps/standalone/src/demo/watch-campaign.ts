import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient, Batch } from "../api-client.ts";
import { toFigures } from "../figures.ts";
import type { Screen } from "../screen.ts";

/** How often the batches are looked at, in ms. */
const LOOK_EVERY_MS = 500;
/** How long they may be out of sight, in ms: a laptop that slept is no reason to end. A process that died is told of elsewhere. */
const OUT_OF_SIGHT_MS = 30_000;

/** Shows each batch of a campaign, oldest first, until its last call has ended, and then those that are launched later. Ends only by throwing. */
export async function watchCampaign(
  api: ApiClient,
  campaignId: string,
  { screen, onEnd }: { screen: Screen; onEnd: (batch: Batch) => Promise<void> },
): Promise<never> {
  const shown = new Set<string>();
  for (;;) {
    const next = (await patiently(() => api.batches(campaignId))).findLast(({ id }) => !shown.has(id));
    if (next) {
      const last = await showBatch(api, next.id, screen);
      shown.add(last.id);
      await onEnd(last);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** Shows one batch until `isOver`, by default until its last call has ended, and returns it as it is then. */
export async function showBatch(
  api: ApiClient,
  batchId: string,
  screen: Screen,
  isOver: (batch: Batch) => boolean = ({ completed_at }) => completed_at !== null,
): Promise<Batch> {
  for (;;) {
    const [batch, lines] = await patiently(() => Promise.all([api.batch(batchId), api.lines()]));
    screen.progress(toFigures(batch, lines, Date.now()));
    if (isOver(batch)) {
      screen.settle();
      return batch;
    }
    await delay(LOOK_EVERY_MS);
  }
}

async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const deadline = performance.now() + OUT_OF_SIGHT_MS; ; await delay(LOOK_EVERY_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}
