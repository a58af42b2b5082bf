import { enqueueBatch } from "../launches/launch-calls.ts";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();
let sweep: () => Promise<void>;
beforeEach(() => {
  sweep = bed.sweeper();
});

/** A batch whose jobs are all on the queue and whose launcher ended long ago. */
async function queued(candidates: number) {
  const rows = await bed.rows(candidates);
  await enqueueBatch(bed.deps)(rows.batchId, 0n, new AbortController().signal);
  await bed.sql("UPDATE retell_batch_calls SET enqueued_at = enqueued_at - interval '1 minute'");
  return rows;
}
const waiting = async () =>
  [...(await bed.queue.queue.getWaiting()), ...(await bed.queue.queue.getPrioritized())].map((job) => job.id!);
const byHand = (jobId: string, priority = 1) =>
  bed.queue.queue.add("call.run", { callId: "x", batchId: "y" }, { jobId, priority });
const repairs = () => bed.counted.filter((line) => line.startsWith("sweep_repairs"));
const FOUND = "sweep_repairs jobs and rows, page by page";

test("missing and superfluous jobs that hide each other from the counts are found by two checks", async () => {
  const { ids } = await queued(10);
  await bed.queue.remove([ids[3]!]);
  await byHand("by-hand");
  const before = await waiting();
  await sweep();
  expect(await waiting()).toEqual(before);
  await sweep();
  expect(await waiting()).toEqual(ids);
  expect(repairs()).toEqual([`${FOUND} 2`]);
  await sweep();
  expect(repairs()).toHaveLength(1);
});

test("a call in progress without a job gets a job ahead of all waiting jobs", async () => {
  const { ids } = await queued(4);
  await bed.place(ids[2]!);
  await bed.queue.remove([ids[2]!]);
  await byHand("by-hand");
  for (let round = 0; round < 2; round++) await sweep();
  expect(await waiting()).toEqual([ids[2], ids[0], ids[1], ids[3]]);
  expect(repairs()).toEqual([`${FOUND} 2`]);
});

test("a fault that the next check no longer finds is left alone", async () => {
  const { ids } = await queued(6);
  await bed.place(ids[0]!);
  await bed.queue.remove([ids[0]!, ids[4]!]);
  for (const job of ["one", "other"]) await byHand(job);
  await sweep();
  // The call ended, the missing job and the owner of none came and went.
  await bed.settle({ call_id: `call_${ids[0]}`, disconnection_reason: "user_hangup", metadata: {} }, "call_ended");
  await bed.queue.enqueue(await bed.db.launches.pendingAfter((await bed.call(ids[4]!)).batch_id, 4n, 1), 0n);
  await bed.queue.remove(["one", "other"]);
  await sweep();
  expect(await waiting()).toEqual(ids.slice(1));
  expect(repairs()).toEqual([]);
});

test("each run checks one page and finally starts again from the beginning", async () => {
  const { ids } = await queued(1_500);
  await bed.queue.remove([ids[1_400]!]);
  await byHand("by-hand", 2_000_000);
  for (let round = 0; round < 3; round++) await sweep();
  expect(await waiting()).toEqual(ids);
  await bed.queue.remove([ids[7]!]);
  await byHand("by-hand");
  for (let round = 0; round < 4; round++) await sweep();
  expect(await waiting()).toEqual(ids);
});

test("rows of a batch being launched need no job yet, and rows of a braked batch need none at all", async () => {
  await queued(2);
  const [launching, braked] = [await bed.rows(3), await bed.rows(3)];
  await bed.db.stops.brake(braked.batchId);
  // So that the counts do not differ.
  for (const job of ["one", "two", "three", "four", "five", "six"]) await byHand(job);
  const { stops: _, ...parts } = bed.sweepParts();
  const signal = new AbortController().signal;
  for (let round = 0; round < 2; round++) for (const part of Object.values(parts)) await part(signal);
  const jobs = await waiting();
  for (const id of [...launching.ids, ...braked.ids]) expect(jobs).not.toContain(id);
  await bed.db.stops.flip(braked.batchId);
});

test("the cost and the repairs of each step are recorded", async () => {
  const { ids } = await queued(3);
  await bed.queue.remove([ids[1]!]);
  await byHand("by-hand");
  for (let round = 0; round < 3; round++) await sweep();
  const steps = await bed.db.sweeps.steps();
  expect(steps.map(({ step }) => step)).toEqual([
    "a new primary of Redis",
    "calls given up",
    "calls too old",
    "calls without news",
    "hold probed",
    "jobs and rows",
    "jobs and rows, page by page",
    "launches left half-way",
    "limits set by hand",
    "stops left half-way",
    "stops untold",
    "what is kept long enough",
  ]);
  for (const { step, durationMs, ageSeconds, repairs } of steps) {
    expect(durationMs).toBeGreaterThan(0);
    expect(ageSeconds).toBeGreaterThanOrEqual(0);
    expect({ step, repairs }).toEqual({ step, repairs: step === "jobs and rows, page by page" ? 2 : 0 });
  }
});

test("jobs whose ids are not ids of rows are superfluous, whatever they look like", async () => {
  const { ids } = await bed.rows(2);
  const odd = ["by-hand", "", "repeat:1", `${ids[0]}-again`, "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "'; --"];
  expect(await bed.db.sweeps.withoutNeed([...odd, ids[0]!, ids[1]!.toUpperCase()])).toEqual(odd);
  expect(await bed.db.sweeps.withoutNeed([])).toEqual([]);
});
