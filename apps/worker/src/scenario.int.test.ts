import { brokenBooks } from "@ringfence/testkit";
import { byTest, undialed, useWorld } from "./testing/world.ts";

const world = useWorld({ talkMs: null });

/** Ends all calls that are live now. */
const endLive = () => {
  for (const call of world.simulator.state().calls) world.simulator.end(call.call_id);
};

test("30 candidates on 5 lines, paused immediately, give 5 completed and 25 cancelled calls and no job", async () => {
  const campaignId = await world.campaign(30);
  world.worker();
  const { id } = await world.launch(campaignId, undialed);
  await world.live(5);

  const receipt = await world.cancel(id, byTest);
  expect(receipt).toMatchObject({
    batch_id: id,
    cancelled_batches: [id],
    cancelled_now: 25,
    total_candidates: 30,
    pending_calls: 0,
    in_progress_calls: 5,
    cancelled_calls: 25,
  });

  endLive();
  expect(await world.ended(id)).toMatchObject({
    status: "cancelled",
    completed_calls: 5,
    failed_calls: 25,
    cancelled_calls: 25,
  });
  const { dialsPerCall, maxDialsPerCall } = world.simulator.state();
  expect(Object.keys(dialsPerCall)).toHaveLength(5);
  expect(maxDialsPerCall).toBe(1);
  await world.background.close();
  expect(await world.queue.queue.getJobCounts("wait", "prioritized", "delayed")).toEqual({
    wait: 0,
    prioritized: 0,
    delayed: 0,
  });
  expect(await world.cancel(id, byTest)).toMatchObject({ cancelled_now: 0, completed_calls: 5 });
  expect(await brokenBooks(world)).toEqual([]);
});

test("Stop All over three batches cancels 95 of 100 calls; a later launch calls exactly these 95", async () => {
  const campaignId = await world.campaign(100);
  world.worker();
  const batches = [];
  for (const limit of [40, 30, 30]) batches.push((await world.launch(campaignId, { ...undialed, limit })).id);
  await world.live(5);

  const receipt = await world.stop(campaignId, byTest);
  expect(receipt).toMatchObject({
    batch_id: null,
    cancelled_now: 95,
    total_candidates: 100,
    in_progress_calls: 5,
    pending_calls: 0,
  });
  expect(receipt.cancelled_batches).toEqual([...batches].sort((a, b) => (a < b ? -1 : 1)));
  expect(await world.db.campaigns.find(campaignId)).toMatchObject({
    status: "paused",
    open_batches: 0,
    undialed_candidates: 95,
  });
  await expect(world.launch(campaignId, undialed)).rejects.toMatchObject({ code: "campaign_paused" });

  endLive();
  for (const id of batches) await world.ended(id);
  await world.db.campaigns.update(campaignId, { status: "active" });
  const fresh = await world.launch(campaignId, undialed);
  expect(fresh.total_candidates).toBe(95);
  const [{ repeated } = { repeated: -1 }] = await world.sql<{ repeated: number }>(
    "SELECT count(*)::int AS repeated FROM retell_calls a JOIN retell_calls b USING (candidate_id) WHERE a.batch_id = $1 AND b.batch_id <> $1 AND b.placed <> 'no'",
    [fresh.id],
  );
  expect(repeated).toBe(0);
  expect(await brokenBooks(world)).toEqual([]);
});

test("a batch whose calls all end becomes completed by itself, with exact counters", async () => {
  world.simulator.outcomes({
    default: { reason: "user_hangup", ringMs: 5, talkMs: 20 },
    byNumber: {
      "+14155551003": { reason: "dial_busy", ringMs: 5 },
      "+14155551004": { reason: "dial_no_answer", ringMs: 5 },
    },
  });
  world.worker();
  const { id } = await world.launch(await world.campaign(12), undialed);
  expect(await world.ended(id)).toMatchObject({
    status: "completed",
    total_candidates: 12,
    completed_calls: 10,
    failed_calls: 2,
    cancelled_calls: 0,
  });
  expect(await brokenBooks(world)).toEqual([]);
});

test("a stop with hangup also ends the live calls at Retell", async () => {
  world.worker();
  const { id } = await world.launch(await world.campaign(8), undialed);
  await world.live(5);
  await world.cancel(id, { mode: "hangup", by: "test" });
  expect(await world.ended(id)).toMatchObject({ completed_calls: 5, cancelled_calls: 3 });
  const rows = await world.sql(
    "SELECT DISTINCT disconnection_reason FROM retell_calls WHERE call_status = 'completed'",
  );
  expect(rows).toEqual([{ disconnection_reason: "manual_stopped" }]);
});
