import { until } from "@ringfence/testkit";
import { undialed, useWorld } from "./testing/world.ts";

const world = useWorld({ talkMs: null });

test("a part of the sweep that waits for Retell delays no other part", async () => {
  let answer: (() => void) | undefined;
  const findMany = () =>
    new Promise<[]>((resolve) => {
      answer = () => resolve([]);
    });
  world.worker({ callPollAfterMs: 1 }, { lookups: { ...world.lookups, findMany } });
  const { id } = await world.launch(await world.campaign(8), undialed);
  await world.live(5);
  await until("Retell is asked about the live calls", () => answer);
  for (let round = 0; round < 2; round++) {
    await world.queue.queue.pause();
    await until("the queue goes on", async () => !(await world.queue.isPaused()));
    await world.queue.queue.setGlobalConcurrency(1);
    await until("its limit is gone", async () => (await world.queue.queue.getGlobalConcurrency()) === null);
  }
  await world.sql("UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = $1", [id]);
  await until("the braked batch is flipped", async () => (await world.batch(id)).pending_calls === 0);
  answer!();
});

test("a rate limit that somebody set on the queue is lifted, and its worker goes on sweeping and dialling", async () => {
  world.worker();
  await world.queue.queue.setGlobalRateLimit(1, 10_000);
  await world.launch(await world.campaign(4), undialed);
  await until("it is lifted", async () => (await world.queue.queue.getGlobalRateLimit()) === null);
  // BullMQ itself still waits; a worker that did nothing else meanwhile would not have lifted it yet.
  expect(await world.queue.queue.getRateLimitTtl(1)).toBeGreaterThan(0);
  await world.live(4);
});

test("of two workers one sweeps; when it ends, the other does", async () => {
  const braked = async () => {
    const { id } = await world.launch(await world.campaign(3), undialed);
    await world.sql("UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = $1", [id]);
    await until("it is flipped", async () => (await world.batch(id)).pending_calls === 0);
  };
  const first = world.worker();
  world.worker();
  await braked();
  const holders = () =>
    world.sql<{ pid: number }>(
      `SELECT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory'
       WHERE a.datname = current_database() AND a.application_name = 'ringfence sweeper'`,
    );
  const [before, ...others] = await holders();
  expect(others).toEqual([]);
  await world.sql("SELECT pg_terminate_backend($1)", [before!.pid]);
  await until("somebody sweeps again", async () => (await holders()).some(({ pid }) => pid !== before!.pid));
  await braked();
  await first.close();
  await until("the one that is left sweeps", async () => (await holders()).length === 1);
  await braked();
});
