import { cancelBatchCalls, createBackground, openDatabase, stopCampaignCalling } from "@ringfence/campaigns";
import { openCallsQueue } from "@ringfence/queue";
import { brokenBooks, until } from "@ringfence/testkit";
import { byTest, undialed, useWorld } from "./testing/world.ts";

const NOWHERE = "redis://127.0.0.1:1";
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const world = useWorld({ talkMs: null });

test("both stops answer exactly while Redis is unavailable", async () => {
  const campaignId = await world.campaign(20);
  const first = await world.launch(campaignId, { ...undialed, limit: 10 });
  const second = await world.launch(campaignId, undialed);
  const queue = openCallsQueue(NOWHERE, world.prefix, () => undefined);
  const background = createBackground(log);
  const deps = { ...world, queue, log, background, count: () => undefined };
  expect(await cancelBatchCalls(deps)(first.id, byTest)).toMatchObject({ cancelled_now: 10, pending_calls: 0 });
  expect(await stopCampaignCalling(deps)(campaignId, byTest)).toMatchObject({
    cancelled_now: 10,
    cancelled_batches: [second.id],
  });
  await background.close();
  await queue.close();
  expect(await brokenBooks(world)).toEqual([]);
});

test("a stop answers while imports and launches, one of 300,000 candidates of its own, fill every pool", async () => {
  const campaignId = await world.campaign(300_000);
  const { id } = await world.launch(campaignId, { ...undialed, limit: 30 });
  world.worker();
  await world.live(5);
  const busy = [world.db.launches.launch(campaignId, "undialed", null)];
  const slowly = async function* () {
    yield [{ phoneNumber: "+14155550001", name: null, externalId: null, dynamicVariables: {} }];
    await until("the launches are over", () => over);
  };
  let over = false;
  const imports = [];
  for (let n = 0; n < 5; n++) {
    busy.push(
      world.db.launches.launch(await world.campaign(1), "undialed", null),
      world.db.launches.launch(campaignId, "undialed", null),
    );
    imports.push(world.db.imports.addCandidates(campaignId, slowly()));
  }
  await until(
    "they are being launched",
    async () =>
      (
        await world.sql(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%INSERT INTO retell_calls%'",
        )
      ).length,
  );

  expect(await world.cancel(id, byTest)).toMatchObject({ cancelled_now: 25, in_progress_calls: 5, pending_calls: 0 });
  expect(await world.stop(campaignId, byTest)).toMatchObject({ cancelled_now: 0, cancelled_batches: [id] });
  expect(over).toBe(false);
  over = true;
  await world.sql(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%INSERT INTO retell_calls%'",
  );
  const ended = await Promise.allSettled([...busy, ...imports]);
  expect(ended[0]!.status).toBe("rejected");
  expect(await world.sql("SELECT id FROM retell_batch_calls WHERE campaign_id = $1", [campaignId])).toEqual([{ id }]);
}, 120_000);

test("a stop answers while a process frozen inside a launch holds its locks", async () => {
  const campaignId = await world.campaign(20);
  const { id } = await world.launch(campaignId, { ...undialed, limit: 10 });
  const frozen = await world.connect();
  // PostgreSQL ends this connection later; pg reports that by an error event.
  frozen.on("error", () => undefined);
  await frozen.query("SET idle_in_transaction_session_timeout = '5s'");
  await frozen.query("BEGIN");
  await frozen.query("SELECT pg_advisory_xact_lock(hashtextextended('launch:' || $1, 0))", [campaignId]);
  await frozen.query("INSERT INTO retell_batch_calls (campaign_id) VALUES ($1)", [campaignId]);
  await frozen.query("SELECT 1 FROM campaigns WHERE id = $1 FOR SHARE", [campaignId]);
  await frozen.query("SELECT 1 FROM lines FOR UPDATE");

  expect(await world.cancel(id, byTest)).toMatchObject({ cancelled_now: 10 });
  expect(await world.stop(campaignId, byTest)).toMatchObject({ cancelled_batches: [] });
  expect(await world.db.campaigns.find(campaignId)).toMatchObject({ status: "paused", open_batches: 0 });
  frozen.release(true);
});

test("connections time out on a frozen transaction, then on a lock; only launches and imports have no limit", async () => {
  const db = openDatabase(
    world.databaseUrl,
    { work: 1, main: 1, bulk: 1, stops: 1, keys: 1, outbox: 1 },
    () => undefined,
  );
  world.onClose(db.close);
  const settings = await db.settings();
  for (const pool of ["main", "bulk", "stops", "keys"] as const) {
    expect(settings[pool]).toMatchObject({ idle_in_transaction_session_timeout: "5s", lock_timeout: "7s" });
    expect(settings[pool].statement_timeout).toBe(pool === "bulk" ? "0" : "10s");
  }
});

test("two stops of two campaigns, the sweep and calls that end meanwhile never deadlock", async () => {
  const campaigns = [await world.campaign(200), await world.campaign(200, 1_000)];
  world.worker({ sweepIntervalMs: 50 });
  world.worker({ sweepIntervalMs: 50 });
  for (const campaignId of campaigns)
    for (let n = 0; n < 4; n++) await world.launch(campaignId, { ...undialed, limit: 50 });
  await world.live(5);
  const ending = setInterval(() => {
    for (const call of world.simulator.state().calls)
      if (call.call_status === "ongoing") world.simulator.end(call.call_id);
  }, 10);
  const receipts = await Promise.all([...campaigns, ...campaigns].map((campaignId) => world.stop(campaignId, byTest)));
  for (const receipt of receipts) expect(receipt.pending_calls).toBe(0);
  await until("every call has ended", async () => (await world.db.lines.view()).in_use === 0);
  clearInterval(ending);
  expect(await brokenBooks(world)).toEqual([]);
  const [{ deadlocks } = { deadlocks: -1 }] = await world.sql<{ deadlocks: number }>(
    "SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()",
  );
  expect(deadlocks).toBe(0);
});
