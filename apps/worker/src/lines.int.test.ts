import { brokenBooks, until } from "@ringfence/testkit";
import { byTest, createWorld, undialed, type World } from "./testing/world.ts";

let world: World;
const start = async (simulator: object) => {
  world = await createWorld({
    concurrencyLimit: 100,
    outcomes: { default: { reason: "user_hangup", ringMs: 5, talkMs: null } },
    ...simulator,
  });
};
afterEach(() => world.close());

/** Ids, at the simulator, of the calls that are live now. */
const live = () =>
  world.simulator
    .state()
    .calls.filter((call) => call.call_status === "registered" || call.call_status === "ongoing")
    .map((call) => call.call_id);

/** Ends the live calls; later calls end by themselves after `talkMs`. */
const letThemEnd = (talkMs: number) => {
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 2, talkMs } });
  for (const id of live()) world.simulator.end(id);
};

test("three workers on five lines carry never more than five calls, and five while rows are pending", async () => {
  await start({});
  for (let worker = 0; worker < 3; worker++) world.worker();
  const { id } = await world.launch(await world.campaign(40), undialed);
  await world.live(5);
  letThemEnd(150);
  await world.ended(id);
  const { peakConcurrency, maxDialsPerCall } = world.simulator.state();
  expect(peakConcurrency).toBe(5);
  expect(maxDialsPerCall).toBe(1);
  expect(world.dials()).toBe(40);
  expect(await brokenBooks(world)).toEqual([]);
});

test("a freed line is filled while the other four calls go on", async () => {
  await start({});
  world.worker();
  world.worker();
  const { id } = await world.launch(await world.campaign(12), undialed);
  for (let freed = 0; freed < 7; freed++) {
    await world.live(5);
    const others = live().slice(1);
    world.simulator.end(live()[0]!);
    await until("another call takes the line", () => world.dials() === 6 + freed && live().length === 5);
    expect(live()).toEqual(expect.arrayContaining(others));
  }
  for (const call of live()) world.simulator.end(call);
  await world.ended(id);
});

test("PUT /v1/lines raises and lowers the limit on all workers", async () => {
  await start({});
  world.worker();
  world.worker();
  const { id } = await world.launch(await world.campaign(40), undialed);
  await world.live(5);
  await world.changeLines({ limit: 12 });
  await world.live(12);
  await world.changeLines({ limit: 3 });
  for (let ended = 0; ended < 10; ended++) {
    const before = world.dials();
    const [first] = live();
    world.simulator.end(first!);
    await until("the row has ended", async () => (await world.batch(id)).completed_calls === ended + 1);
    if (ended < 9) expect(world.dials()).toBe(before);
  }
  await world.live(3);
  expect(world.simulator.state().peakConcurrency).toBe(12);
  await world.cancel(id, byTest);
});

test("a second run of a job whose call is live waits and dials nothing", async () => {
  await start({});
  world.worker();
  const { id } = await world.launch(await world.campaign(1), undialed);
  await world.live(1);
  const [row] = await world.sql<{ id: string; batch_id: string }>("SELECT id, batch_id FROM retell_calls");
  await world.queue.queue.add("call.run", { callId: row!.id, batchId: row!.batch_id }, { jobId: `again-${row!.id}` });
  await until("both runs are active", async () => (await world.queue.counts()).active === 2);
  world.simulator.end(live()[0]!);
  await world.ended(id);
  await until("both runs are over", async () => (await world.queue.counts()).active === 0);
  expect(world.dials()).toBe(1);
  expect(world.simulator.state().creates).toHaveLength(1);
});

test("a small batch behind a large batch gets its share of the lines from its first call on", async () => {
  await start({});
  world.worker();
  const large = await world.launch(await world.campaign(500), undialed);
  await world.live(5);
  const small = await world.launch(await world.campaign(10, 5_000), undialed);
  await until("both batches are on the queue", async () => {
    const { waiting, active } = await world.queue.counts();
    return waiting + active === 510;
  });
  for (let ended = 0; ended < 20; ended++) {
    world.simulator.end(live()[0]!);
    await until("the line is taken again", () => world.dials() === 6 + ended);
  }
  const rows = await world.sql<{ batch_id: string }>(
    "SELECT batch_id FROM retell_calls WHERE claim_no > 0 ORDER BY claimed_at OFFSET 5",
  );
  const ofSmall = rows.map((row) => row.batch_id === small.id);
  expect(ofSmall.slice(0, 4)).toContain(true);
  expect(ofSmall.filter(Boolean)).toHaveLength(10);
  await world.cancel(large.id, byTest);
});
