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

test("a rate limit that somebody set on the queue is lifted by the worker that meets it", async () => {
  await world.launch(await world.campaign(4), undialed);
  await world.queue.queue.setGlobalRateLimit(1, 60_000);
  // The limit is reached already, and BullMQ in the first worker waits for its end even after it is lifted.
  await world.queue.queue.rateLimit(60_000);
  world.worker();
  await until("it is lifted", async () => (await world.queue.queue.getGlobalRateLimit()) === null);
  world.worker();
  await world.live(4);
});
