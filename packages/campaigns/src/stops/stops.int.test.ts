import { until } from "@ringfence/testkit";
import { type RoomBed, useBed } from "../testing/use-bed.ts";
import { cancelBatchCalls } from "./cancel-batch-calls.ts";
import { drain } from "./stop-batches.ts";
import { stopCampaignCalling } from "./stop-campaign-calling.ts";

const bed = useBed();

const byTest = { mode: "drain", by: "test" } as const;
/** The use cases' dependencies, with some statements of a stop replaced by the test. */
const withStops = (changed: Partial<RoomBed["db"]["stops"]>) => ({
  ...bed.deps,
  db: { ...bed.db, stops: { ...bed.db.stops, ...changed } },
});
const openDials = async (batchId: string) => {
  const { open_dials } = await bed.db.stops.figures([batchId], "now");
  expect(await bed.db.stops.look([batchId])).toMatchObject({ open_dials });
  return open_dials;
};

describe("the brake comes before the flip", () => {
  test.each(["cancelBatchCalls", "stopCampaignCalling"])("%s: while it flips, no row can be claimed", async (stop) => {
    const { batchId, campaignId, ids } = await bed.rows(3);
    const claims: string[] = [];
    const flip = async (id: string) => {
      claims.push((await bed.ask(ids[0]!)).kind);
      return await bed.db.stops.flip(id);
    };
    const receipt =
      stop === "cancelBatchCalls"
        ? await cancelBatchCalls(withStops({ flip }))(batchId, byTest)
        : await stopCampaignCalling(withStops({ flip }))(campaignId, byTest);
    expect(claims).toEqual(["braked"]);
    expect(receipt).toMatchObject({ cancelled_now: 3, pending_calls: 0, in_progress_calls: 0 });
  });
});

test("a row that is pending after the flip is flipped too, before the receipt is written", async () => {
  const { batchId } = await bed.rows(3);
  await bed.db.stops.brake(batchId);
  let flips = 0;
  // As if all rows had been delayed until after the first flip.
  const flip = async (id: string) => (flips++ === 0 ? 0 : await bed.db.stops.flip(id));
  const figures = await drain(withStops({ flip }).db, [batchId], "-infinity");
  expect(figures).toMatchObject({ pending_calls: 0, cancelled_now: 3, cancelled_calls: 3 });
});

describe("the flip", () => {
  const versions = async (batchId: string) => {
    const [row] = await bed.sql<{ n: number }>(
      "SELECT count(DISTINCT xmin::text)::int AS n FROM retell_calls WHERE batch_id = $1",
      [batchId],
    );
    return row!.n;
  };

  test("goes in pieces, each a transaction, and the figures are exact", async () => {
    const { batchId } = await bed.rows(10_001);
    expect(await cancelBatchCalls(bed.deps)(batchId, byTest)).toMatchObject({
      cancelled_now: 10_001,
      cancelled_calls: 10_001,
    });
    expect(await versions(batchId)).toBe(2);
  });

  test("of one batch is one in a process: who asks meanwhile waits for it, then looks", async () => {
    const { batchId, ids } = await bed.rows(3);
    const holder = await bed.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM retell_calls WHERE id = $1 FOR UPDATE", [ids[1]]);
    const receipts = Array.from({ length: 5 }, () => cancelBatchCalls(bed.deps)(batchId, byTest));
    await bed.lockWaits(1);
    const other = await bed.rows(1);
    expect(await cancelBatchCalls(bed.deps)(other.batchId, byTest)).toMatchObject({ cancelled_now: 1 });
    await bed.lockWaits(1);
    await holder.query("COMMIT");
    holder.release();
    for (const receipt of await Promise.all(receipts))
      expect(receipt).toMatchObject({ pending_calls: 0, cancelled_calls: 3 });
    expect(await versions(batchId)).toBe(1);
  });

  test("of another process is not waited for with a connection, nor taken for done", async () => {
    const { batchId } = await bed.rows(3);
    const other = await bed.connect();
    await other.query("BEGIN");
    await other.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`flip:${batchId}`]);
    let looks = 0;
    const look: RoomBed["db"]["stops"]["look"] = async (...asked) => {
      const found = await bed.db.stops.look(...asked);
      if (++looks === 3) await other.query("COMMIT");
      if (looks <= 3) expect(found).toMatchObject({ has_pending: true });
      return found;
    };
    expect(await cancelBatchCalls(withStops({ look }))(batchId, byTest)).toMatchObject({ cancelled_now: 3 });
    other.release();
  });
});

describe("an open dial", () => {
  test("is waited for, and its outcome is in the receipt", async () => {
    const { batchId, ids } = await bed.rows(4);
    const [placed, released, refused] = [await bed.claim(ids[0]!), await bed.claim(ids[1]!), await bed.claim(ids[2]!)];
    let looks = 0;
    const look: RoomBed["db"]["stops"]["look"] = async (...asked) => {
      looks++;
      const found = await bed.db.stops.look(...asked);
      if (looks === 1) {
        expect(found).toEqual({ open_dials: 3, has_pending: false });
        await bed.db.calls.recordPlaced(placed, "call_1");
        await bed.db.calls.refuse(refused, "Number not valid");
      }
      if (looks === 2) {
        expect(found).toMatchObject({ open_dials: 1 });
        await bed.db.calls.release(released);
      }
      return found;
    };
    expect(await cancelBatchCalls(withStops({ look }))(batchId, byTest)).toMatchObject({
      cancelled_now: 2,
      in_progress_calls: 1,
      failed_calls: 3,
      cancelled_calls: 2,
    });
    expect(looks).toBe(3);
  });

  test("is a dial that was claimed recently and whose request has not ended", async () => {
    const { batchId, ids } = await bed.rows(3);
    await bed.claim(ids[0]!);
    expect(await openDials(batchId)).toBe(1);
    await bed.db.calls.recordUnknown(await bed.claim(ids[1]!));
    await bed.place(ids[2]!);
    expect(await openDials(batchId)).toBe(1);
    await bed.sql("UPDATE retell_calls SET claimed_at = claimed_at - interval '2.6 seconds'");
    expect(await openDials(batchId)).toBe(0);
  });

  test("is not waited for if its claim is too old to be valid, and counts as in progress", async () => {
    const { batchId, ids } = await bed.rows(2);
    const claim = await bed.claim(ids[0]!);
    await bed.sql("UPDATE retell_calls SET claimed_at = claimed_at - interval '1 minute' WHERE id = $1", [ids[0]]);
    const receipt = await cancelBatchCalls(bed.deps)(batchId, byTest);
    expect(receipt).toMatchObject({ cancelled_now: 1, in_progress_calls: 1 });
    await bed.db.calls.release(claim);
    expect(await bed.batch(batchId)).toMatchObject({ cancelled_calls: 1, failed_calls: 2 });
  });
});

describe("a release at the age from which no stop waits for a dial", () => {
  /** A row of a braked and flipped batch, whose claim has 300 ms left until then. */
  async function almostLate() {
    const { batchId, ids } = await bed.rows(2);
    const claim = await bed.claim(ids[0]!);
    await bed.db.stops.brake(batchId);
    await bed.db.stops.flip(batchId);
    await bed.sql("UPDATE retell_calls SET claimed_at = clock_timestamp() - make_interval(secs => $2) WHERE id = $1", [
      ids[0],
      bed.times.openDialMs / 1_000 - 0.3,
    ]);
    const late = () =>
      until("no stop waits for the dial", async () => {
        const { open_dials, late_dials } = await bed.db.stops.figures([batchId], "-infinity");
        return open_dials === 0 && late_dials === 1;
      });
    return { batchId, claim, late };
  }

  test("counts in the receipt if it read its age before: the stop waits until it has committed", async () => {
    const { batchId, claim, late } = await almostLate();
    const holder = await bed.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM lines FOR UPDATE");
    const release = bed.db.calls.release(claim);
    await bed.lockWaits();
    await late();
    const receipt = cancelBatchCalls(bed.deps)(batchId, byTest);
    await bed.lockWaits(2);
    await holder.query("COMMIT");
    holder.release();
    expect(await release).toBe("failed");
    expect(await receipt).toMatchObject({ in_progress_calls: 0, cancelled_calls: 2, failed_calls: 2 });
    expect(await bed.batch(batchId)).toMatchObject({ cancelled_calls: 2 });
  });

  test("is not cancelled if it found the row locked by the stop until then", async () => {
    const { batchId, claim, late } = await almostLate();
    const stop = await bed.connect();
    await stop.query("BEGIN");
    await stop.query("SELECT FROM retell_calls WHERE id = $1 FOR SHARE", [claim.callId]);
    const release = bed.db.calls.release(claim);
    await bed.lockWaits();
    await late();
    await stop.query("COMMIT");
    stop.release();
    expect(await release).toBe("failed");
    expect(await bed.call(claim.callId)).toMatchObject({ error_message: "Not placed", cancelled_at: null });
    expect(await bed.batch(batchId)).toMatchObject({ cancelled_calls: 1, failed_calls: 2 });
  });
});

test("Stop All brakes before it pauses, so that waiting for the campaign's row delays no brake", async () => {
  const { campaignId, ids } = await bed.rows(2);
  const claims: string[] = [];
  const pauseCampaign = async (id: string) => {
    claims.push((await bed.ask(ids[0]!)).kind);
    return await bed.db.stops.pauseCampaign(id);
  };
  await stopCampaignCalling(withStops({ pauseCampaign }))(campaignId, byTest);
  expect(claims).toEqual(["braked"]);
});

describe("a launch beside Stop All", () => {
  test("that commits between its brakes and the pause is braked all the same", async () => {
    const campaignId = await bed.campaign(4);
    const first = await bed.launchRows(campaignId, 2);
    let late: { batchId: string } | undefined;
    const pauseCampaign = async (id: string) => {
      late = await bed.launchRows(campaignId);
      return await bed.db.stops.pauseCampaign(id);
    };
    const receipt = await stopCampaignCalling(withStops({ pauseCampaign }))(campaignId, byTest);
    expect(receipt).toMatchObject({ cancelled_now: 4, pending_calls: 0 });
    expect(receipt.cancelled_batches).toEqual([first.batchId, late!.batchId].sort());
    expect(await bed.batch(late!.batchId)).toMatchObject({ status: "cancelled", cancelled_calls: 2 });
  });

  test("cannot commit after the pause", async () => {
    const campaignId = await bed.campaign(2);
    await stopCampaignCalling(bed.deps)(campaignId, byTest);
    expect(await bed.db.launches.launch(campaignId, "undialed", null)).toEqual({ kind: "campaign_paused" });
  });
});
