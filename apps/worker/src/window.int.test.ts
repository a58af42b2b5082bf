import { until } from "@ringfence/testkit";
import { undialed, useWorld } from "./testing/world.ts";

const world = useWorld({ talkMs: null });

const LINES = 5;
/** Runs that wait in one worker while all lines are full. */
const WINDOW = 2;

const live = () => world.simulator.state().calls.filter(({ call_status }) => call_status === "ongoing");
const active = async () => (await world.queue.counts()).active;
/** Ends the live calls one after the other until `dials` were made; each end lets another call go. */
async function endOneByOne(dials: number) {
  while (world.dials() < dials) {
    const before = world.dials();
    const [first] = live();
    if (first) world.simulator.end(first.call_id);
    await until("the line is taken again", () => world.dials() > before);
  }
}

test("with all lines full, few jobs are active beyond the calls in progress, over all workers", async () => {
  for (let worker = 0; worker < 3; worker++) world.worker();
  await world.launch(await world.campaign(60), undialed);
  await world.live(LINES);
  await until("the windows are full", async () => (await active()) === LINES + 3 * WINDOW);
  await endOneByOne(20);
  await until("no more jobs are active", async () => (await active()) === LINES + 3 * WINDOW);
});

test("no run is passed by more than two windows of later ones, though another worker holds the calls that end", async () => {
  world.worker();
  const { id } = await world.launch(await world.campaign(80), undialed);
  await world.live(LINES);
  world.worker(); // it holds no call
  await until("both windows are full", async () => (await active()) === LINES + 2 * WINDOW);
  await endOneByOne(60);
  const rows = await world.sql<{ turn: number }>(
    "SELECT turn::int FROM retell_calls WHERE batch_id = $1 AND claim_no > 0 ORDER BY claimed_at",
    [id],
  );
  const passedBy = rows.map(({ turn }, at) => rows.slice(0, at).filter((earlier) => earlier.turn > turn).length);
  expect(Math.max(...passedBy)).toBeLessThanOrEqual(2 * WINDOW);
});

test("an emptied Redis loses no run that waits, and calls nobody twice", async () => {
  world.worker();
  world.worker();
  const { id } = await world.launch(await world.campaign(30), undialed);
  await world.live(LINES);
  await until("the windows are full", async () => (await active()) === LINES + 2 * WINDOW);
  await world.queue.queue.obliterate({ force: true });
  await until("the queue is filled again", async () => (await world.queue.counts()).waiting > 0);
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 2, talkMs: 20 } });
  for (const { call_id } of live()) world.simulator.end(call_id);
  const batch = await world.ended(id);
  expect(batch.completed_calls).toBe(30);
  expect(world.dials()).toBe(30);
});

test("a hold, and a stop of what waits, leave no run behind", async () => {
  world.worker();
  const { id } = await world.launch(await world.campaign(20), undialed);
  await world.live(LINES);
  await until("the window is full", async () => (await active()) === LINES + WINDOW);
  await world.hold("by hand");
  await world.cancel(id, { mode: "drain", by: "test" });
  await until("only calls in progress have jobs", async () => {
    const { active, waiting } = await world.queue.counts();
    return active === LINES && waiting === 0;
  });
  expect(world.dials()).toBe(LINES);
});
