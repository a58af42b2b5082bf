import { EVENT_BODIES, EVENT_TYPES, type EventType } from "@ringfence/domain";
import { createBackground } from "../background.ts";
import { cancelBatchCalls } from "../stops/cancel-batch-calls.ts";
import { stopCampaignCalling } from "../stops/stop-campaign-calling.ts";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

const webhook = (...events: EventType[]) =>
  bed.db.webhooks.create(
    { url: "https://example.com/", events: events.length > 0 ? events : EVENT_TYPES, secret: "s" },
    "test",
  );
type Told = { type: EventType; data: Record<string, unknown>; seq: string };
/** The events of a batch or campaign, in order. */
const told = (of: string) =>
  bed.sql<Told>(
    `SELECT e.type, e.data, e.seq, d.lane FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id WHERE coalesce(e.batch_id, e.campaign_id) = $1 ORDER BY d.seq`,
    [of],
  );
const types = async (of: string) => (await told(of)).map(({ type }) => type);
const byTest = { mode: "drain", by: "test" } as const;
const end = (id: string, status = "completed", reason: string | null = "user_hangup") =>
  bed.sql(
    "UPDATE retell_calls SET call_status = $2::call_status, disconnection_reason = $3, ended_at = clock_timestamp() WHERE id = $1",
    [id, status, reason],
  );
/** A stop, including its work after the answer. */
const stopped = async (stop: typeof cancelBatchCalls | typeof stopCampaignCalling, id: string) => {
  const background = createBackground(bed.deps.log);
  const receipt = await stop({ ...bed.deps, background })(id, byTest);
  await background.close();
  return receipt;
};

test("ended calls and then their completed batch have an event each, as the API shows them", async () => {
  await webhook();
  const { ids, batchId } = await bed.rows(3);
  for (const id of ids) await bed.place(id);
  await end(ids[1]!);
  await end(ids[0]!, "failed", "dial_busy");
  await end(ids[2]!);
  expect(await types(batchId)).toEqual(["call.completed", "call.failed", "call.completed", "batch.completed"]);
  const [first, , , last] = await told(batchId);
  expect(first!.data).toEqual(JSON.parse(JSON.stringify(await bed.db.lists.call(ids[1]!))));
  expect(last!.data).toEqual(JSON.parse(JSON.stringify(await bed.batch(batchId))));
  for (const { type, data } of await told(batchId)) {
    const dated = JSON.parse(JSON.stringify({ type, timestamp: new Date(), data }), (_, value) =>
      typeof value === "string" && /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? new Date(value) : value,
    );
    expect(EVENT_BODIES[type].safeParse(dated).error?.issues ?? []).toEqual([]);
  }
});

test("late evidence that corrects a failed call is an event; evidence that changes nothing is not", async () => {
  await webhook();
  const { ids, batchId } = await bed.rows(2);
  await bed.place(ids[0]!);
  await end(ids[0]!, "failed", null);
  await end(ids[0]!);
  await bed.sql(`UPDATE retell_calls SET analysis = '{"a": 1}' WHERE id = $1`, [ids[0]]);
  expect(await types(batchId)).toEqual(["call.failed", "call.completed"]);
  // One statement that ends a call and only changes another.
  await bed.place(ids[1]!);
  await bed.sql(
    `UPDATE retell_calls SET call_status = 'completed', disconnection_reason = 'user_hangup', ended_at = clock_timestamp() WHERE id = ANY ($1)`,
    [ids],
  );
  expect(await types(batchId)).toEqual(["call.failed", "call.completed", "call.completed", "batch.completed"]);
});

test("a change of a call that is over does not wait for its batch", async () => {
  await webhook();
  const { ids, batchId } = await bed.rows(2);
  await bed.place(ids[0]!);
  await end(ids[0]!);
  const client = await bed.connect();
  await client.query("BEGIN");
  await client.query("SELECT 1 FROM retell_batch_calls WHERE id = $1 FOR UPDATE", [batchId]);
  await bed.sql("UPDATE retell_calls SET asked_at = clock_timestamp() WHERE id = $1", [ids[0]]);
  await client.query("ROLLBACK");
  client.release();
});

test("only events that some webhook wants are written", async () => {
  const { ids, batchId } = await bed.rows(2);
  await bed.place(ids[0]!);
  await end(ids[0]!);
  expect(await bed.sql("SELECT 1 FROM webhook_events")).toEqual([]);
  await webhook("batch.completed");
  await webhook("call.failed");
  await bed.place(ids[1]!);
  await end(ids[1]!);
  expect(await types(batchId)).toEqual(["batch.completed"]);
});

test("each webhook has a delivery of its own", async () => {
  const [one, two] = [await webhook("call.completed"), await webhook()];
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!);
  await end(ids[0]!);
  const of = (id: string) => bed.db.webhooks.deliveries(id, undefined, null, 10);
  expect((await of(one!.id)).map(({ type }) => type)).toEqual(["call.completed"]);
  expect((await of(two!.id)).map(({ type }) => type).sort()).toEqual(["batch.completed", "call.completed"]);
});

test("calls failed by hand, too, have an event; cancelled calls have none", async () => {
  await webhook();
  const { ids, batchId } = await bed.rows(3);
  await bed.sql("UPDATE retell_calls SET call_status = 'failed', error_message = $2 WHERE id = $1", [
    ids[0],
    "By hand",
  ]);
  await bed.sql(
    `UPDATE retell_calls SET call_status = 'failed',
       error_message = CASE WHEN id = $1 THEN 'By hand' ELSE 'Batch cancelled by user' END WHERE call_status = 'pending'`,
    [ids[1]],
  );
  expect(await types(batchId)).toEqual(["call.failed", "call.failed", "batch.completed"]);
});

/** As if all stops so far had been made a minute earlier. */
const aMinuteLater = async () => {
  await bed.sql("UPDATE webhook_events SET at = at - interval '61 seconds'");
  await bed.sql(
    "UPDATE retell_batch_calls SET cancelled_at = cancelled_at - interval '61 seconds' WHERE status = 'cancelled'",
  );
};

describe("a stop", () => {
  test("of a batch is one event with the receipt, none for cancelled calls, then events of natural ends", async () => {
    await webhook();
    const { ids, batchId } = await bed.rows(30);
    for (const id of ids.slice(0, 5)) await bed.place(id);
    const receipt = await stopped(cancelBatchCalls, batchId);
    for (const id of ids.slice(0, 5)) await end(id);
    expect(await types(batchId)).toEqual(["batch.cancelled", ...Array.from({ length: 5 }, () => "call.completed")]);
    const [{ data } = { data: {} }] = await told(batchId);
    expect(data).toEqual({ ...JSON.parse(JSON.stringify(receipt)), stopped_at: expect.any(String) });
    // A repeated stop adds no event.
    await stopped(cancelBatchCalls, batchId);
    expect(await types(batchId)).toHaveLength(6);
  });

  test("of a campaign is one event for the campaign and one for each batch", async () => {
    await webhook();
    const campaignId = await bed.campaign(9);
    const batches = [await bed.launchRows(campaignId, 4), await bed.launchRows(campaignId, 5)];
    await bed.place(batches[0]!.ids[0]!);
    const receipt = await stopped(stopCampaignCalling, campaignId);
    expect(await told(campaignId)).toMatchObject([
      { type: "campaign.stopped", data: JSON.parse(JSON.stringify(receipt)) },
    ]);
    expect(await told(batches[0]!.batchId)).toMatchObject([
      { type: "batch.cancelled", data: { batch_id: batches[0]!.batchId, cancelled_now: 3, in_progress_calls: 1 } },
    ]);
    expect(await told(batches[1]!.batchId)).toMatchObject([{ type: "batch.cancelled", data: { cancelled_now: 5 } }]);
    await stopped(stopCampaignCalling, campaignId);
    expect(await types(campaignId)).toEqual(["campaign.stopped"]);
  });

  test("that died behind its brake is told of by the sweep, once nothing is pending, and once only", async () => {
    await webhook();
    const campaignId = await bed.campaign(4);
    const { ids, batchId } = await bed.launchRows(campaignId);
    await bed.place(ids[0]!);
    await bed.db.stops.brakeCampaign(campaignId);
    await bed.db.stops.pauseCampaign(campaignId);
    expect(await bed.db.outbox.tellLeftovers()).toBe(0);
    await aMinuteLater();
    expect(await bed.db.outbox.tellLeftovers()).toBe(0);
    await bed.db.stops.flip(batchId);
    // The first dial is open as long as its outcome is unknown.
    await bed.sql("UPDATE retell_calls SET dialed_at = NULL WHERE id = $1", [ids[0]]);
    expect(await bed.db.outbox.tellLeftovers()).toBe(0);
    await bed.sql("UPDATE retell_calls SET dialed_at = clock_timestamp() WHERE id = $1", [ids[0]]);
    expect(await bed.db.outbox.tellLeftovers()).toBe(2);
    expect(await bed.db.outbox.tellLeftovers()).toBe(0);
    const figures = {
      total_candidates: 4,
      cancelled_calls: 3,
      cancelled_now: 3,
      failed_calls: 3,
      in_progress_calls: 1,
      pending_calls: 0,
    };
    expect(await told(batchId)).toMatchObject([{ type: "batch.cancelled", data: { ...figures, batch_id: batchId } }]);
    expect(await told(campaignId)).toMatchObject([
      { type: "campaign.stopped", data: { ...figures, batch_id: null, cancelled_batches: [batchId] } },
    ]);
  });

  test("of a campaign that is launched again before it is told of is told of all the same", async () => {
    await webhook();
    const campaignId = await bed.campaign(4);
    const { batchId } = await bed.launchRows(campaignId);
    await bed.db.stops.brakeCampaign(campaignId);
    await bed.db.stops.pauseCampaign(campaignId);
    await bed.db.stops.flip(batchId);
    await bed.db.campaigns.update(campaignId, { status: "active" });
    await bed.launchRows(campaignId);
    await aMinuteLater();
    await bed.db.outbox.tellLeftovers();
    expect(await told(campaignId)).toMatchObject([{ data: { cancelled_batches: [batchId], cancelled_now: 4 } }]);
    const receipt = await stopped(stopCampaignCalling, campaignId);
    expect((await told(campaignId)).at(-1)).toMatchObject({ data: { cancelled_batches: receipt.cancelled_batches } });
    expect(await types(campaignId)).toHaveLength(2);
  });

  test("that died is told of by the sweep itself", async () => {
    await webhook();
    const { batchId } = await bed.rows(2);
    await bed.db.stops.brake(batchId);
    await aMinuteLater();
    await bed.sweepParts().stops(new AbortController().signal);
    expect(await types(batchId)).toEqual(["batch.cancelled"]);
  });
});

test("events of calls that end in parallel in one batch have the order of the commits", async () => {
  await webhook();
  await bed.db.lines.change({ limit: 200 });
  const { ids, batchId } = await bed.rows(100);
  for (const id of ids) await bed.place(id);
  // A reader that polls continuously must never see an event that belongs before one it has seen.
  const seen: string[] = [];
  let over = false;
  const reader = (async () => {
    while (!over) {
      const now = (await told(batchId)).map(({ seq }) => seq);
      expect(now.slice(0, seen.length)).toEqual(seen);
      seen.splice(0, seen.length, ...now);
    }
  })();
  await Promise.all(ids.map((id) => end(id)));
  over = true;
  await reader;
  const all = await types(batchId);
  expect(all).toHaveLength(101);
  expect(all.at(-1)).toBe("batch.completed");
});

test("a webhook that is being deleted holds up no call", async () => {
  const made = await webhook();
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!);
  const client = await bed.connect();
  await client.query("BEGIN");
  await client.query("DELETE FROM webhooks WHERE id = $1", [made!.id]);
  await end(ids[0]!);
  await client.query("ROLLBACK");
  client.release();
});
