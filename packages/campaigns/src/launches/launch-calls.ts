import { type BatchView, type LaunchCalls, notFound, Problem } from "@ringfence/domain";
import type { Background } from "../background.ts";
import { BY_ITSELF } from "../database/audit.ts";
import type { Once } from "../database/idempotency.ts";
import type { Deps } from "../deps.ts";
import { ALL_TURNS, type QueuedCall } from "./launches.sql.ts";

/** Jobs added in one pipeline, after which the batch is checked again. */
const CHUNK = 1_000;

/**
 * Creates a batch of the candidates still to be called and enqueues their jobs after the answer. No candidate with an
 * unfinished call is in it, whatever other launches run in parallel.
 *
 * With `once` a repeated request throws `AnsweredBefore`. Throws `not_found`, `campaign_paused`,
 * `campaign_archived`, `nothing_to_launch`, and `unavailable`, with nothing done, if Redis is unavailable.
 */
export const launchCalls =
  ({ db, queue, background, log }: Deps & { background: Background }) =>
  async (
    campaignId: string,
    { include, limit }: LaunchCalls,
    by = BY_ITSELF,
    once: Once<BatchView> | null = null,
  ): Promise<BatchView> => {
    await queue.checkWrites().catch(() => {
      throw new Problem(
        "unavailable",
        "Redis is away or takes no write, so no call could be queued; nothing was launched, try again",
      );
    });
    const outcome = await db.launches.launch(campaignId, include, limit ?? null, by, once);
    switch (outcome.kind) {
      case "no_campaign":
        throw notFound("campaign");
      case "campaign_paused":
        throw new Problem("campaign_paused", "Set the campaign's status to active, then launch");
      case "campaign_archived":
        throw new Problem("campaign_archived", "Set the campaign's archived to false, then launch");
      case "nothing_to_launch":
        throw new Problem(
          "nothing_to_launch",
          "Every candidate has been called or is about to be; import more, or include unreached ones",
        );
      case "launched": {
        const { batch } = outcome;
        background.run("enqueue", (signal) => enqueueBatch({ db, queue })(batch.id, 0n, signal));
        log.info({ batchId: batch.id, campaignId, calls: batch.total_candidates }, "launched");
        return batch;
      }
    }
  };

/**
 * Enqueues the jobs of a batch's pending rows after a turn, two chunks at a time: Redis takes one while the next is packed.
 * After each chunk, in order, it notes how far it came, and so learns whether the batch was braked meanwhile; if so, it
 * removes what it added since and ends.
 */
export const enqueueBatch =
  ({ db, queue }: Pick<Deps, "db" | "queue">) =>
  async (batchId: string, after: bigint, signal: AbortSignal): Promise<void> => {
    const origin = await db.launches.turnOrigin(batchId);
    const add = async (rows: readonly QueuedCall[], before: Promise<boolean>): Promise<boolean> => {
      await queue.enqueue(rows, origin);
      const goesOn = (await before) && (await db.launches.noteEnqueued(batchId, rows.at(-1)!.turn));
      if (!goesOn) await queue.remove(rows.map((row) => row.id));
      return goesOn;
    };
    let before = Promise.resolve(true);
    let rows = await db.launches.pendingAfter(batchId, after, CHUNK);
    while (rows.length > 0 && !signal.aborted) {
      const current = add(rows, before);
      current.catch(() => undefined); // awaited a round later, or never if the chunk before it failed
      const [next, goesOn] = await Promise.all([db.launches.pendingAfter(batchId, rows.at(-1)!.turn, CHUNK), before]);
      before = current;
      if (!goesOn) break;
      rows = next;
    }
    if ((await before) && rows.length === 0) await db.launches.noteEnqueued(batchId, ALL_TURNS);
  };
