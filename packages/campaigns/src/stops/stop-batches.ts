import { setTimeout as sleep } from "node:timers/promises";
import { Problem, type Receipt, type StopMode } from "@ringfence/domain";
import type { Lookups } from "@ringfence/retell";
import type { Background } from "../background.ts";
import type { Database } from "../database/database.ts";
import { isUnavailable, wasRefused } from "../database/errors.ts";
import type { Deps } from "../deps.ts";
import type { StopFigures } from "./stops.sql.ts";

/** Wait between two looks, in ms. */
const LOOK_AGAIN_MS = 25;
/** How many jobs are read and removed from the queue at a time. */
const CHUNK = 5_000;
/** How many calls are hung up in parallel. */
const HANG_UPS_AT_ONCE = 10;
/** How long a stop waits for hang-ups, in ms; the remaining hang-ups continue after the answer. */
const HANG_UP_WAIT_MS = 5_000;

/** The dependencies of both stops. */
export interface StopDeps extends Deps {
  lookups: Lookups;
  background: Background;
}

/** The author of the stop, and whether live calls are hung up too. */
export interface StopOptions {
  mode: StopMode;
  by: string;
}

/** How far a stop has come: whether its brake holds, null while that is unknown, and when it was noted, in ms. */
export interface Progress {
  braked: boolean | null;
  brakedAt: number;
}

/** What a stop that failed before it began answers. */
export const NOTHING_STOPPED =
  "PostgreSQL is away or too busy, and this request has stopped nothing; send the stop again";
const WORDS = {
  true: "Nobody else will be dialled, but PostgreSQL is away or too busy to finish; send the stop again for the receipt",
  false: NOTHING_STOPPED,
  null: "PostgreSQL is away or too busy, and it is unknown whether anybody else will be dialled; send the stop again",
};

/**
 * Runs a stop. If PostgreSQL does not let it finish, the `unavailable` thrown says whether nobody else will be dialled. That
 * is said only once a claim from before the brake is void: until then it may still be dialled with.
 */
export async function answering(
  { stops }: Pick<Database, "stops">,
  work: (progress: Progress) => Promise<Receipt>,
): Promise<Receipt> {
  const progress: Progress = { braked: false, brakedAt: 0 };
  try {
    return await work(progress);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const { braked, brakedAt } = progress;
    if (braked) await sleep(Math.max(0, brakedAt + stops.claimsVoidAfterMs - performance.now()));
    throw new Problem("unavailable", WORDS[`${braked}`], undefined, { braked, cause: error });
  }
}

/** Runs the statements that brake, and notes what is then known. */
export async function braking<Result>(progress: Progress, brake: () => Promise<Result>): Promise<Result> {
  try {
    const result = await brake();
    progress.braked = true;
    progress.brakedAt = performance.now();
    return result;
  } catch (error) {
    if (!wasRefused(error)) progress.braked = null;
    throw error;
  }
}

/**
 * The stop after the brake: flips pending rows and waits for open dials, repeatedly, until at one instant no row is pending
 * and no dial is open. If there are late dials, whose runs died or hang, the figures are read behind their releases.
 * Needs only PostgreSQL, and ends after the longest dial at the latest.
 */
export async function drain(
  { stops }: Pick<Database, "stops">,
  batchIds: readonly string[],
  since: string,
): Promise<StopFigures> {
  for (;;) {
    for (const batchId of batchIds) await stops.flip(batchId);
    for (;;) {
      const { has_pending, open_dials } = await stops.look(batchIds);
      if (!has_pending && open_dials === 0) {
        let figures = await stops.figures(batchIds, since);
        if (figures.late_dials > 0) figures = await stops.figuresBehindReleases(batchIds, since);
        if (figures.pending_calls === 0 && figures.open_dials === 0) return figures;
      }
      await sleep(LOOK_AGAIN_MS);
      if (has_pending) break;
    }
  }
}

/** Stores the receipt, and returns it; events and the removal of jobs follow in the background. */
export async function conclude(
  { db, queue, lookups, background, log, count }: StopDeps,
  stop: { campaignId: string; batchId: string | null; batchIds: string[]; since: string; figures: StopFigures },
  { mode, by }: StopOptions,
): Promise<Receipt> {
  const { figures } = stop;
  const receipt: Receipt = {
    campaign_id: stop.campaignId,
    batch_id: stop.batchId,
    cancelled_batches: stop.batchIds,
    mode,
    cancelled_now: figures.cancelled_now,
    total_candidates: figures.total_candidates,
    pending_calls: figures.pending_calls,
    in_progress_calls: figures.in_progress_calls,
    completed_calls: figures.completed_calls,
    failed_calls: figures.failed_calls,
    cancelled_calls: figures.cancelled_calls,
    stopped_at: figures.stopped_at,
  };
  const live = mode === "hangup" ? await db.stops.liveCalls(stop.batchIds) : [];
  await db.stops.store(receipt, by);
  count("calls_cancelled", "stop", receipt.cancelled_now);
  log.info({ ...receipt, cancelled_batches: receipt.cancelled_batches.length, by }, "stopped");
  background.run("tell webhooks", () => db.outbox.tellStop(receipt));
  background.run("remove jobs", async (signal) => {
    await queue.announceLines().catch(() => undefined); // runs of these batches that wait for a claim end
    for (const batchId of stop.batchIds) {
      let page = await db.stops.cancelledBehind(batchId, { at: stop.since, turn: -1n }, CHUNK);
      while (page.length > 0 && !signal.aborted) {
        const removal = queue.remove(page.map((row) => row.id));
        // The next page is read meanwhile.
        const [next] = await Promise.all([db.stops.cancelledBehind(batchId, page.at(-1)!, CHUNK), removal]);
        page = next;
      }
    }
  });
  if (mode === "hangup") await hangUp({ lookups, log, background }, live);
  return receipt;
}

/** Ends the live calls at Retell. A call that Retell no longer has is already over; a failed hang-up is ignored, and the call ends by itself. */
async function hangUp(
  { lookups, log, background }: Pick<StopDeps, "lookups" | "log" | "background">,
  calls: { callId: string; retellCallId: string }[],
): Promise<void> {
  const work = Array.from({ length: Math.min(HANG_UPS_AT_ONCE, calls.length) }, async () => {
    for (let call = calls.pop(); call; call = calls.pop()) {
      await lookups
        .hangUp(call.retellCallId)
        .catch((error: unknown) =>
          log.warn({ err: error, callId: call?.callId }, "the hang-up failed; the call ends by itself"),
        );
    }
  });
  const all = Promise.all(work).then(() => undefined);
  background.run("hang up", () => all);
  const waited = new AbortController();
  await Promise.race([all, sleep(HANG_UP_WAIT_MS, undefined, { signal: waited.signal }).catch(() => undefined)]);
  waited.abort();
}
