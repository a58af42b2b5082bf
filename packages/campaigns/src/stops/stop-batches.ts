import { setTimeout as sleep } from "node:timers/promises";
import type { Receipt, StopMode } from "@ringfence/domain";
import type { Lookups } from "@ringfence/retell";
import type { Background } from "../background.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { StopFigures } from "./stops.sql.ts";

/** Wait between two looks at open dials, in ms. */
const OPEN_DIAL_LOOK_MS = 25;
/** Jobs taken off the queue at once. */
const CHUNK = 1_000;
/** Calls hung up at once. */
const HANG_UPS_AT_ONCE = 10;
/** A stop waits this long for hang-ups, in ms; what is left goes on behind the answer. */
const HANG_UP_WAIT_MS = 5_000;

/** What both stops are given. */
export interface StopDeps extends Deps {
  lookups: Lookups;
  background: Background;
}

/** Who stops, and whether live calls are hung up too. */
export interface StopOptions {
  mode: StopMode;
  by: string;
}

/**
 * The stop behind the brake: flips what is pending, waits for open dials, and again, until at one instant no row is
 * pending and no dial is open. Needs PostgreSQL alone, and ends after the longest dial at the latest.
 */
export async function drain(db: Database, batchIds: readonly string[], since: string): Promise<StopFigures> {
  for (;;) {
    for (const batchId of batchIds) await db.stops.flip(batchId);
    for (;;) {
      const figures = await db.stops.figures(batchIds, since);
      if (figures.pending_calls > 0) break;
      if (figures.open_dials === 0) return figures;
      await sleep(OPEN_DIAL_LOOK_MS);
    }
  }
}

/** Writes the receipt, and has the audit, the events and the removal of jobs done behind it. */
export async function conclude(
  { db, queue, lookups, background, log, count }: StopDeps,
  stop: { campaignId: string; batchId: string | null; batchIds: string[]; since: string; figures: StopFigures },
  { mode, by }: StopOptions,
): Promise<Receipt> {
  const { open_dials: _, stopped_at, ...totals } = stop.figures;
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

/** Ends the live calls at Retell. One that Retell no longer has going is over already; one that fails is left to end by itself. */
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
          log.warn({ err: error, callId: call?.callId }, "not hung up; the call ends by itself"),
        );
    }
  });
  const all = Promise.all(work).then(() => undefined);
  background.run("hang up", () => all);
  const waited = new AbortController();
  await Promise.race([all, sleep(HANG_UP_WAIT_MS, undefined, { signal: waited.signal }).catch(() => undefined)]);
  waited.abort();
}
