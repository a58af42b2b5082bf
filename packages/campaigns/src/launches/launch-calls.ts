import { type BatchView, type LaunchCalls, notFound, Problem } from "@ringfence/domain";
import type { Background } from "../background.ts";
import { BY_ITSELF } from "../database/audit.ts";
import type { Once } from "../database/idempotency.ts";
import type { Deps } from "../deps.ts";
import { enqueueResumed } from "../holds/enqueue-resumed.ts";
import { ALL_TURNS } from "./launches.sql.ts";

/** Jobs that are added before the batch is checked again. */
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
 * Enqueues the jobs of a batch's pending rows after a turn. After each chunk it checks whether the batch was braked or held
 * meanwhile; if so, it removes the chunk again and ends. A batch that is enqueued `again`, after a hold, has its old order and
 * begins at the current turn, as if launched now: otherwise it would go before all that was launched meanwhile.
 */
export const enqueueBatch =
  ({ db, queue }: Pick<Deps, "db" | "queue">) =>
  async (batchId: string, after: bigint, signal: AbortSignal, when: "first" | "again" = "first"): Promise<void> => {
    let rows = await db.launches.pendingAfter(batchId, after, CHUNK);
    const origin =
      when === "first" ? await db.launches.turnOrigin(batchId) : await db.launches.originAgain(rows[0]?.turn ?? 0n);
    while (!signal.aborted) {
      const last = rows.at(-1);
      if (!last) {
        await db.launches.noteEnqueued(batchId, ALL_TURNS);
        return;
      }
      // The next chunk is read meanwhile.
      const [next] = await Promise.all([
        db.launches.pendingAfter(batchId, last.turn, CHUNK),
        queue.enqueue(rows, origin),
      ]);
      if (!(await db.launches.noteEnqueued(batchId, last.turn))) {
        const ids = rows.map((row) => row.id);
        await queue.remove(ids);
        await enqueueResumed({ db, queue })(ids);
        return;
      }
      rows = next;
    }
  };
