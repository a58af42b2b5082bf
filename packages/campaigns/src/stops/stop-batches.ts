import { setTimeout as sleep } from "node:timers/promises";
import type { Receipt, StopMode } from "@ringfence/domain";
import type { Lookups } from "@ringfence/retell";
import type { Background } from "../background.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { StopFigures } from "./stops.sql.ts";

/** Wait between two checks for open dials, in ms. */
const OPEN_DIAL_LOOK_MS = 25;
/** How many jobs are removed from the queue in one request. */
const CHUNK = 1_000;
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

/**
 * The stop after the brake: flips pending rows and waits for open dials, repeatedly, until at one instant no row is pending
 * and no dial is open. If there are late dials, whose runs died or hang, the figures are read behind their releases.
 * Needs only PostgreSQL, and ends after the longest dial at the latest.
 */
export async function drain(db: Database, batchIds: readonly string[], since: string): Promise<StopFigures> {
  for (;;) {
    for (const batchId of batchIds) await db.stops.flip(batchId);
    for (;;) {
      let figures = await db.stops.figures(batchIds, since);
      if (figures.late_dials > 0 && figures.pending_calls === 0 && figures.open_dials === 0)
        figures = await db.stops.figuresBehindReleases(batchIds, since);
      if (figures.pending_calls > 0) break;
      if (figures.open_dials === 0) return figures;
      await sleep(OPEN_DIAL_LOOK_MS);
    }
  }
}

/** Writes the receipt; audit, events and the removal of jobs follow in the background. */
export async function conclude(
  { db, queue, lookups, background, log, count }: StopDeps,
  stop: { campaignId: string; batchId: string | null; batchIds: string[]; since: string; figures: StopFigures },
  { mode, by }: StopOptions,
): Promise<Receipt> {
  const { open_dials: _, late_dials: __, stopped_at, ...totals } = stop.figures;
  const receipt: Receipt = {
    campaign_id: stop.campaignId,
    batch_id: stop.batchId,
    cancelled_batches: stop.batchIds,
    mode,
    ...totals,
    stopped_at,
  };
  count("calls_cancelled", "stop", receipt.cancelled_now);
  log.info({ ...receipt, cancelled_batches: receipt.cancelled_batches.length, by }, "stopped");
  background.run("audit", () =>
    db.stops.audit({
      actor: by,
      action: stop.batchId ? "batch.cancel" : "campaign.stop",
      campaignId: stop.campaignId,
      batchId: stop.batchId,
      mode,
      detail: receipt,
    }),
  );
  background.run("tell webhooks", () => db.outbox.tellStop(receipt));
  background.run("remove jobs", async (signal) => {
    await queue.announceLines().catch(() => undefined); // runs of these batches that wait for a claim end
    for (const batchId of stop.batchIds) {
      for (let after = 0n; !signal.aborted; ) {
        const rows = await db.stops.cancelledSince(batchId, stop.since, after, CHUNK);
        const last = rows.at(-1);
        if (!last) break;
        await queue.remove(rows.map((row) => row.id));
        after = last.turn;
      }
    }
  });
  if (mode === "hangup") await hangUp({ db, lookups, log, background }, stop.batchIds);
  return receipt;
}

/** Ends the live calls at Retell. A call that Retell no longer has is already over; a failed hang-up is ignored, and the call ends by itself. */
async function hangUp(
  { db, lookups, log, background }: Pick<StopDeps, "db" | "lookups" | "log" | "background">,
  batchIds: string[],
): Promise<void> {
  const calls = await db.stops.liveCalls(batchIds);
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
