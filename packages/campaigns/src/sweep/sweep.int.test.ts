import { enqueueBatch } from "../launches/launch-calls.ts";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed({ outcomes: { default: { reason: "user_hangup", ringMs: 0, talkMs: null } } });
let sweep: () => Promise<void>;
beforeEach(() => {
  sweep = bed.sweeper();
});

const goOn = new AbortController().signal;
const ALL = "9223372036854775807";
/** As if the launcher had made no progress for a minute. */
const quiet = () => bed.sql("UPDATE retell_batch_calls SET enqueued_at = enqueued_at - interval '1 minute'");
/** A batch whose jobs are all on the queue. */
async function queued(candidates: number) {
  const rows = await bed.rows(candidates);
  await enqueueBatch(bed.deps)(rows.batchId, 0n, goOn);
  await quiet();
  return rows;
}
/** Waiting jobs in the order in which workers take them. */
const waiting = async () =>
  [...(await bed.queue.queue.getWaiting()), ...(await bed.queue.queue.getPrioritized())].map((job) => job.id!);
/** The rows whose jobs wait, in the queue's order, by their position in their batch; -1 for a job without a row. */
const waitingOf = async (ids: string[]) => (await waiting()).map((id) => ids.indexOf(id));
const places = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
const repairs = () => bed.counted.filter((line) => line.startsWith("sweep_repairs"));

test("repeated sweeps do nothing when there is nothing to repair", async () => {
  const { ids, batchId } = await queued(20);
  for (const id of ids.slice(0, 3)) await bed.place(id);
  const before = {
    rows: await bed.calls(batchId),
    batch: await bed.batch(batchId),
    lines: await bed.lines(),
    jobs: await waiting(),
  };
  for (let round = 0; round < 4; round++) await sweep();
  expect({
    rows: await bed.calls(batchId),
    batch: await bed.batch(batchId),
    lines: await bed.lines(),
    jobs: await waiting(),
  }).toEqual(before);
  expect(bed.counted).toEqual([]);
  expect(bed.logged).toEqual([]);
});

test("an aborted sweep does nothing more", async () => {
  const { batchId } = await bed.rows(3);
  await bed.db.stops.brake(batchId);
  await bed.sweeper()(AbortSignal.abort());
  expect(await bed.batch(batchId)).toMatchObject({ pending_calls: 3 });
  await bed.db.stops.flip(batchId);
});

describe("after a stop that died half-way,", () => {
  test("a paused campaign with an open batch is braked and flipped; other campaigns are left alone", async () => {
    const [stopped, other] = [await queued(4), await queued(2)];
    await bed.place(stopped.ids[0]!);
    await bed.db.stops.pauseCampaign(stopped.campaignId);
    await sweep();
    expect(await bed.batch(stopped.batchId)).toMatchObject({
      status: "cancelled",
      cancelled_calls: 3,
      in_progress_calls: 1,
      pending_calls: 0,
    });
    expect(await bed.batch(other.batchId)).toMatchObject({ status: "in_progress", pending_calls: 2 });
    expect(repairs()).toEqual(["sweep_repairs stops left half-way 4"]);
  });

  test("a braked batch with pending rows is flipped", async () => {
    const { batchId } = await queued(4);
    await bed.db.stops.brake(batchId);
    await sweep();
    expect(await bed.batch(batchId)).toMatchObject({
      cancelled_calls: 4,
      pending_calls: 0,
      completed_at: expect.any(Date),
    });
    expect(repairs()).toEqual(["sweep_repairs stops left half-way 4"]);
  });
});

describe("after a launch that died half-way,", () => {
  const through = async (batchId: string) =>
    (
      await bed.sql<{ enqueued_through: string }>("SELECT enqueued_through FROM retell_batch_calls WHERE id = $1", [
        batchId,
      ])
    )[0]!.enqueued_through;

  test("its jobs are added behind the existing jobs", async () => {
    const { batchId, ids } = await bed.rows(1_500);
    await bed.queue.enqueue(await bed.db.launches.pendingAfter(batchId, 0n, 1_000), 0n);
    await bed.db.launches.noteEnqueued(batchId, 1_000n);
    await quiet();
    await sweep();
    expect(await waitingOf(ids)).toEqual(places(0, 1_500));
    expect(await through(batchId)).toBe(ALL);
    expect(repairs()).toEqual(["sweep_repairs launches left half-way 1"]);
  });

  test("a launch that made progress a moment ago is left alone, and so is its queue", async () => {
    const { batchId } = await bed.rows(5);
    for (let round = 0; round < 3; round++) await sweep();
    expect(await waiting()).toEqual([]);
    expect(await through(batchId)).toBe("0");
    expect(repairs()).toEqual([]);
  });

  test("a launch whose batch was braked is not resumed", async () => {
    const { batchId } = await bed.rows(5);
    await quiet();
    await bed.db.stops.brake(batchId);
    await bed.db.stops.flip(batchId);
    await sweep();
    expect(await waiting()).toEqual([]);
  });
});

describe("jobs and rows", () => {
  test("Redis lost everything: the queue is rebuilt immediately, live calls first, batches in turn", async () => {
    const [one, other] = [await queued(6), await queued(4)];
    for (const id of [one.ids[4]!, other.ids[3]!]) await bed.place(id);
    await bed.queue.queue.obliterate({ force: true });
    await sweep();
    const [a, b, ...rest] = await waiting();
    expect([a, b].sort()).toEqual([one.ids[4], other.ids[3]].sort());
    expect(rest.filter((id) => one.ids.includes(id))).toEqual(one.ids.filter((_, n) => n !== 4));
    expect(rest.filter((id) => other.ids.includes(id))).toEqual(other.ids.filter((_, n) => n !== 3));
    expect(rest.slice(0, 4).filter((id) => other.ids.includes(id))).toHaveLength(2);
    expect(repairs()).toEqual(["sweep_repairs jobs and rows 10"]);
  });

  test("missing jobs are added after two checks, because one check may see calls in motion", async () => {
    const { ids } = await queued(10);
    await bed.queue.remove(ids.slice(2, 5));
    await sweep();
    expect(await waiting()).toHaveLength(7);
    await sweep();
    expect(await waitingOf(ids)).toEqual(places(0, 10));
    expect(repairs()).toEqual(["sweep_repairs jobs and rows 3"]);
  });

  test("jobs of cancelled rows and jobs without a row are removed after two checks", async () => {
    const { ids } = await queued(6);
    await bed.sql(
      "UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user' WHERE id = ANY ($1)",
      [ids.slice(3)],
    );
    await bed.queue.queue.add("call.run", { callId: "x", batchId: "y" }, { jobId: "by-hand" });
    await sweep();
    expect(await waiting()).toHaveLength(7);
    await sweep();
    expect(await waitingOf(ids)).toEqual(places(0, 3));
    expect(repairs()).toEqual(["sweep_repairs jobs and rows 4"]);
  });

  test("a batch being launched meanwhile is not touched and hides nothing, neither then nor later", async () => {
    const { ids } = await queued(6);
    const launching = await bed.rows(3);
    for (let round = 0; round < 3; round++) await sweep();
    expect(repairs()).toEqual([]);
    await bed.queue.remove(ids.slice(0, 2));
    for (let round = 0; round < 2; round++) await sweep();
    expect(await waitingOf(ids)).toEqual(places(0, 6));
    expect(await bed.batch(launching.batchId)).toMatchObject({ pending_calls: 3 });
  });

  test("more than a page of rows and of jobs is reconciled", async () => {
    const { ids } = await queued(2_300);
    await bed.queue.queue.obliterate({ force: true });
    await sweep();
    expect(await waitingOf(ids)).toEqual(places(0, 2_300));
    await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE turn > 10");
    for (let round = 0; round < 2; round++) await sweep();
    expect(await waitingOf(ids)).toEqual(places(0, 10));
  });
});

test("a step that fails does not block the others, and is retried", async () => {
  const { ids } = await bed.rows(2);
  await bed.place(ids[0]!);
  await bed.sql("UPDATE retell_calls SET news_at = now() - interval '1 hour' WHERE retell_call_id IS NOT NULL");
  await bed.hold("x");
  await bed.sql("UPDATE lines SET probe_at = clock_timestamp()");
  bed.simulator.account({ keyRevoked: true });
  await sweep();
  expect(bed.logged).toContainEqual(
    expect.objectContaining({ level: "warn", fields: expect.objectContaining({ step: "calls without news" }) }),
  );
  expect(await bed.lines()).toMatchObject({ probe_step: 1, probe_open: false });
});
