import { EVENT_TYPES, priorityOf } from "@ringfence/domain";
import { until } from "@ringfence/testkit";
import { createBackground } from "../background.ts";
import { cancelBatchCalls } from "../stops/cancel-batch-calls.ts";
import { useBed } from "../testing/use-bed.ts";
import { enqueueBatch, launchCalls } from "./launch-calls.ts";

const bed = useBed();

const goOn = new AbortController().signal;
const ALL = "9223372036854775807";
const enqueue = (batchId: string, after = 0n) => enqueueBatch(bed.deps)(batchId, after, goOn);
const waiting = () => bed.queue.queue.getPrioritized(0, -1);
const noted = async (batchId: string) =>
  (
    await bed.sql<{ enqueued_through: string; quiet: boolean }>(
      "SELECT enqueued_through, enqueued_at < clock_timestamp() - interval '1 hour' AS quiet FROM retell_batch_calls WHERE id = $1",
      [batchId],
    )
  )[0]!;
const looksOld = (batchId: string) =>
  bed.sql("UPDATE retell_batch_calls SET enqueued_at = enqueued_at - interval '1 day' WHERE id = $1", [batchId]);

test("a launch answers with the batch and enqueues its jobs later, in turn, with only ids in them", async () => {
  const campaignId = await bed.campaign(25);
  const background = createBackground(bed.deps.log);
  const batch = await launchCalls({ ...bed.deps, background })(campaignId, { include: "undialed" });
  await until("all of it is noted", async () => (await noted(batch.id)).enqueued_through === ALL);
  await background.close();
  expect(batch).toMatchObject({
    campaign_id: campaignId,
    status: "in_progress",
    total_candidates: 25,
    pending_calls: 25,
    completed_calls: 0,
  });
  const rows = await bed.calls(batch.id);
  const jobs = await waiting();
  expect(jobs.map((job) => job.id)).toEqual(rows.map((row) => row.id));
  expect(jobs.map((job) => job.opts.priority)).toEqual(rows.map((row) => priorityOf(BigInt(row.turn), 0n)));
  for (const [at, job] of jobs.entries()) {
    expect(job.name).toBe("call.run");
    expect(job.data).toEqual({ callId: rows[at]!.id, batchId: batch.id });
  }
});

test("a job that is added again stays as it is", async () => {
  const { batchId } = await bed.rows(5);
  await enqueue(batchId);
  const before = (await waiting()).map((job) => [job.id, job.opts.priority]);
  await enqueue(batchId);
  expect((await waiting()).map((job) => [job.id, job.opts.priority])).toEqual(before);
});

test("only pending rows after the given turn get a job", async () => {
  const { batchId, ids } = await bed.rows(6);
  await bed.claim(ids[4]!);
  await enqueue(batchId, 3n);
  expect((await waiting()).map((job) => job.id)).toEqual([ids[3], ids[5]]);
});

test("a chunk of a batch braked while a chunk is added is removed again, and the enqueueing ends", async () => {
  const { batchId } = await bed.rows(2_500);
  let chunks = 0;
  const queue = {
    ...bed.queue,
    enqueue: async (...chunk: Parameters<typeof bed.queue.enqueue>) => {
      await bed.queue.enqueue(...chunk);
      if (++chunks === 2) await bed.db.stops.brake(batchId);
    },
  };
  await enqueueBatch({ ...bed.deps, queue })(batchId, 0n, goOn);
  expect(chunks).toBe(2);
  expect(await bed.queue.counts()).toEqual({ waiting: 1_000, active: 0 });
  expect(await noted(batchId)).toMatchObject({ enqueued_through: "1000" });
  await bed.db.stops.flip(batchId);
});

test("an aborted launcher ends after a chunk, and the next launcher continues behind it", async () => {
  const { batchId, ids } = await bed.rows(2_500);
  const stopping = new AbortController();
  const queue = {
    ...bed.queue,
    enqueue: async (...chunk: Parameters<typeof bed.queue.enqueue>) => {
      stopping.abort();
      await bed.queue.enqueue(...chunk);
    },
  };
  await looksOld(batchId);
  await enqueueBatch({ ...bed.deps, queue })(batchId, 0n, stopping.signal);
  expect(await bed.queue.counts()).toMatchObject({ waiting: 1_000 });
  expect(await noted(batchId)).toEqual({ enqueued_through: "1000", quiet: false });
  await enqueue(batchId, 1_000n);
  expect((await waiting()).map((job) => job.id)).toEqual(ids);
  expect(await noted(batchId)).toMatchObject({ enqueued_through: ALL });
});

test("the recorded progress of an enqueueing never decreases", async () => {
  const { batchId } = await bed.rows(2);
  await bed.db.launches.noteEnqueued(batchId, 2n);
  expect(await bed.db.launches.noteEnqueued(batchId, 1n)).toBe(true);
  expect(await noted(batchId)).toMatchObject({ enqueued_through: "2" });
  await bed.sql("UPDATE retell_calls SET call_status = 'completed'");
  expect(await bed.db.launches.noteEnqueued(batchId, 3n)).toBe(false);
});

test("a small batch behind a large batch gets its share from its first call on", async () => {
  const large = await bed.rows(1_500);
  await bed.db.lines.change({ limit: 200 });
  await enqueue(large.batchId);
  for (const id of large.ids.slice(0, 100)) await bed.claim(id);
  await bed.queue.remove(large.ids.slice(0, 100));
  const small = await bed.rows(10);
  await enqueue(small.batchId);
  const next = (await waiting()).slice(0, 20).map((job) => job.data.batchId);
  expect(next.filter((batchId) => batchId === small.batchId)).toHaveLength(10);
});

test("priorities count from the current turn only when nothing else waits", async () => {
  const first = await bed.rows(3);
  for (const id of first.ids) await bed.claim(id);
  await bed.sql("UPDATE lines SET turn_now = 5000000");
  const second = await bed.rows(2);
  await enqueue(second.batchId);
  expect((await waiting()).map((job) => job.opts.priority)).toEqual([2, 3]);
  await bed.sql("UPDATE lines SET turn_now = 5000001");
  const third = await bed.rows(2);
  await enqueue(third.batchId);
  expect((await waiting()).map((job) => job.opts.priority)).toEqual([2, 3, 3, 4]);
});

test("a launch of 30,000 candidates creates rows in order and then jobs; a stop half-way leaves none and writes one event", async () => {
  await bed.db.webhooks.create({ url: "https://example.com/", events: EVENT_TYPES, secret: "s" }, "test");
  const campaignId = await bed.campaign(0);
  await bed.sql(
    "INSERT INTO candidates (campaign_id, phone_number) SELECT $1, '+1415' || (6000000 + n) FROM generate_series(1, 30000) n",
    [campaignId],
  );
  const background = createBackground(bed.deps.log);
  const deps = { ...bed.deps, background };
  const batch = await launchCalls(deps)(campaignId, { include: "undialed" });
  expect(batch.total_candidates).toBe(30_000);
  const [{ misplaced } = { misplaced: -1 }] = await bed.sql<{ misplaced: number }>(
    "SELECT count(*)::int AS misplaced FROM retell_calls WHERE right(phone_number, 6)::int <> turn % 1000000",
  );
  expect(misplaced).toBe(0);
  await until("three chunks are on the queue", async () => (await bed.queue.counts()).waiting >= 3_000);
  const receipt = await cancelBatchCalls(deps)(batch.id, { mode: "drain", by: "test" });
  expect(receipt).toMatchObject({ cancelled_now: 30_000, pending_calls: 0, cancelled_calls: 30_000 });
  await until("every job is gone", async () => (await bed.queue.counts()).waiting === 0);
  await background.close();
  expect(await bed.queue.counts()).toEqual({ waiting: 0, active: 0 });
  expect(await bed.sql("SELECT type, data -> 'cancelled_now' AS cancelled FROM webhook_events")).toEqual([
    { type: "batch.cancelled", cancelled: 30_000 },
  ]);
});
