import { brokenBooks, until } from "@ringfence/testkit";
import { byTest, undialed, useWorld } from "./testing/world.ts";

const world = useWorld({ talkMs: null });

test("a worker that ends hands its calls back at once, ahead of waiting ones, and another takes over", async () => {
  const first = world.worker();
  const { id } = await world.launch(await world.campaign(20), undialed);
  await world.live(5);
  const held = await world.sql<{ id: string }>("SELECT id FROM retell_calls WHERE call_status = 'in_progress'");
  await first.close();
  expect(await world.queue.counts()).toEqual({ waiting: 20, active: 0 });
  expect((await world.queue.queue.getWaiting()).map((job) => job.id).sort()).toEqual(held.map((row) => row.id).sort());

  world.worker();
  await until("the other holds them", async () => (await world.queue.counts()).active === 5);
  expect((await world.queue.queue.getRanges(["active"], 0, -1)).sort()).toEqual(held.map((row) => row.id).sort());
  expect(world.dials()).toBe(5);
  for (const call of world.simulator.state().calls) world.simulator.end(call.call_id);
  await until("the lines are full again", () => world.dials() === 10);
  await world.cancel(id, byTest);
  expect(world.simulator.state().maxDialsPerCall).toBe(1);
  expect(await brokenBooks(world)).toEqual([]);
});

test("a dial under way when its worker ends is completed and handed back as a call in progress", async () => {
  world.simulator.fault({ match: "POST /v2/create-phone-call", mode: "slow", times: 1, delayMs: 600 });
  const first = world.worker();
  await world.launch(await world.campaign(1), undialed);
  await until("the request is under way", () => world.simulator.state().creates.length === 1);
  await first.close();
  const rows = await world.sql("SELECT call_status, placed, retell_call_id IS NOT NULL AS known FROM retell_calls");
  expect(rows).toEqual([{ call_status: "in_progress", placed: "yes", known: true }]);
  expect(await world.queue.counts()).toEqual({ waiting: 1, active: 0 });
});

test("the calls of a worker that died are taken over by another, which dials none of them again", async () => {
  const { id } = await world.launch(await world.campaign(3), undialed);
  const gone = world.worker({ lockMs: 1_000 });
  await world.live(3);
  // The worker's locks on its jobs are lost, as if its process had died: BullMQ gives the jobs to another.
  for (const jobId of await world.queue.queue.getRanges(["active"], 0, -1)) {
    await (await world.queue.queue.getBackend()).client.then((redis) =>
      redis.del(world.queue.queue.toKey(`${jobId}:lock`)),
    );
  }
  world.worker({ lockMs: 1_000 });
  await until("the jobs were given again", async () => {
    const jobs = await Promise.all(
      (await world.queue.queue.getRanges(["active"], 0, -1)).map((jobId) => world.queue.queue.getJob(jobId)),
    );
    return jobs.length === 3 && jobs.every((job) => (job?.attemptsStarted ?? 0) >= 2);
  });
  for (const call of world.simulator.state().calls) world.simulator.end(call.call_id);
  await world.ended(id);
  expect(world.dials()).toBe(3);
  await gone.close();
});
