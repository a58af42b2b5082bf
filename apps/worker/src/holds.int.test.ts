import { until } from "@ringfence/testkit";
import { byTest, undialed, useWorld } from "./testing/world.ts";

const world = useWorld({ talkMs: null });

const LINES = 5;
const waiting = async () => (await world.queue.counts()).waiting;
const active = async () => (await world.queue.counts()).active;
/** Ends the calls that are live, and those that follow, after a moment. */
function endLive() {
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 2, talkMs: 20 } });
  for (const { call_id, call_status } of world.simulator.state().calls)
    if (call_status === "ongoing") world.simulator.end(call_id);
}

test("a held campaign's live calls end, nobody else is dialled, and after a resume all are, in the old order", async () => {
  world.worker();
  const campaignId = await world.campaign(30);
  const { id } = await world.launch(campaignId, undialed);
  await world.live(LINES);
  await until("runs wait for a line", async () => (await active()) > LINES);
  const receipt = await world.holdCampaign(campaignId, "lunch", "Ada");
  expect(receipt).toMatchObject({ held_batches: [id], pending_calls: 25, in_progress_calls: LINES });
  endLive();
  await until("no job is left", async () => (await active()) === 0 && (await waiting()) === 0);
  expect(world.dials()).toBe(LINES);
  expect(await world.batch(id)).toMatchObject({ status: "in_progress", completed_calls: LINES, pending_calls: 25 });
  await world.resumeCampaign(campaignId, "Ada");
  expect(await world.ended(id)).toMatchObject({ status: "completed", completed_calls: 30 });
  const rows = await world.sql<{ turn: number }>(
    "SELECT turn::int FROM retell_calls WHERE batch_id = $1 ORDER BY claimed_at",
    [id],
  );
  const late = rows.map(({ turn }, at) => rows.slice(0, at).filter((earlier) => earlier.turn > turn).length);
  expect(Math.max(...late)).toBeLessThanOrEqual(2 * LINES);
});

test("holds and resumes in the midst of everything lose no call", async () => {
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 2, talkMs: 15 } });
  world.worker();
  world.worker();
  const campaignId = await world.campaign(120);
  const { id } = await world.launch(campaignId, undialed);
  for (let round = 0; round < 12; round++) {
    if (round % 2 === 0)
      await world.holdBatch(id, null, "Ada").catch(() => undefined); // it may have ended
    else await world.holdCampaign(campaignId, null, "Ada");
    const held = world.dials();
    await Promise.all([world.resumeCampaign(campaignId), world.resumeBatch(id)]);
    await until("dialling goes on", async () => world.dials() > held || Boolean((await world.batch(id)).completed_at));
  }
  expect(await world.ended(id)).toMatchObject({ status: "completed", completed_calls: 120 });
  expect(world.dials()).toBe(120);
});

test("a stop of a held batch, with its live calls, is exact", async () => {
  world.worker();
  const { id } = await world.launch(await world.campaign(20), undialed);
  await world.live(LINES);
  await world.holdBatch(id, null, "Ada");
  const receipt = await world.cancel(id, byTest);
  expect(receipt).toMatchObject({ cancelled_now: 15, in_progress_calls: LINES, pending_calls: 0 });
  endLive();
  expect(await world.ended(id)).toMatchObject({ status: "cancelled", completed_calls: LINES, held_at: null });
  expect(world.dials()).toBe(LINES);
});

test("nobody of a held batch is dialled while another batch goes on", async () => {
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 2, talkMs: 15 } });
  const [held, free] = [await world.campaign(20), await world.campaign(20, 100)];
  const first = await world.launch(held, undialed);
  await world.holdBatch(first.id, null, "Ada");
  world.worker();
  const second = await world.launch(free, undialed);
  expect(await world.ended(second.id)).toMatchObject({ completed_calls: 20 });
  expect(world.dials()).toBe(20);
  expect(await world.batch(first.id)).toMatchObject({ pending_calls: 20, completed_calls: 0 });
});
