import { openFailover, until } from "@ringfence/testkit";
import { byTest, createWorld, undialed, type World } from "./testing/world.ts";

let redis: Awaited<ReturnType<typeof openFailover>>;
let world: World;
beforeEach(async () => {
  redis = await openFailover();
  world = await createWorld(
    { concurrencyLimit: 50, outcomes: { default: { reason: "user_hangup", ringMs: 5, talkMs: 60 } } },
    { redisUrl: redis.url },
  );
});
afterEach(async () => {
  await world.close();
  await redis.close();
});

const nobodyTwice = () => expect(world.simulator.figures().maxDialsPerCall).toBe(1);

test("after a failover in the midst of a campaign the new primary serves, and nobody is called twice", async () => {
  world.worker();
  world.worker();
  const { id } = await world.launch(await world.campaign(40), undialed);
  await until("some are dialled", () => world.dials() >= 8);
  await redis.failOver();
  const batch = await world.ended(id);
  expect(batch).toMatchObject({ completed_calls: 40, failed_calls: 0 });
  nobodyTwice();
});

test("a stop during a failover answers, and no call is dialled after it", async () => {
  world.worker();
  const campaignId = await world.campaign(60);
  const { id } = await world.launch(campaignId, undialed);
  await until("some are dialled", () => world.dials() >= 5);
  const [receipt] = await Promise.all([world.stop(campaignId, byTest), redis.failOver()]);
  const dials = world.dials();
  expect(receipt).toMatchObject({ pending_calls: 0 });
  await world.ended(id);
  expect(world.dials()).toBe(dials);
  nobodyTwice();
});

test("a launch during a failover is carried out or refused with nothing done, and can be repeated", async () => {
  world.worker();
  const campaignId = await world.campaign(12);
  const launch = () => world.launch(campaignId, undialed).catch(() => null);
  const [first] = await Promise.all([launch(), redis.failOver()]);
  const batch = first ?? (await until("it is launched", launch));
  expect(await world.ended(batch.id)).toMatchObject({ completed_calls: 12 });
  nobodyTwice();
});

test.each([
  ["min-replicas-to-write", "1", "0", /NOREPLICAS/],
  ["maxmemory", "1", "0", /OOM/],
])(
  "while Redis refuses writes (%s) a launch is 503 with nothing launched, and stops answer; later dialling goes on",
  async (setting, on, off, error) => {
    world.worker();
    const campaignId = await world.campaign(20);
    const { id } = await world.launch(await world.campaign(30, 100), undialed);
    await until("some are dialled", () => world.dials() >= 5);
    await redis.set(setting, on);
    await expect(world.queue.checkWrites()).rejects.toThrow(error);
    await expect(world.launch(campaignId, undialed)).rejects.toMatchObject({ code: "unavailable" });
    expect(await world.sql("SELECT 1 FROM retell_batch_calls WHERE campaign_id = $1", [campaignId])).toEqual([]);
    expect(await world.stop(campaignId, byTest)).toMatchObject({ pending_calls: 0 });
    await redis.set(setting, off);
    expect(await world.ended(id)).toMatchObject({ completed_calls: 30 });
    nobodyTwice();
  },
);

test("an eviction policy that may lose jobs is reported", async () => {
  expect(await world.queue.evictionPolicy()).toBe("noeviction");
  await redis.set("maxmemory-policy", "allkeys-lru");
  expect(await world.queue.evictionPolicy()).toBe("allkeys-lru");
});
