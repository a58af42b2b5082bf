import { randomUUID } from "node:crypto";
import { until } from "@ringfence/testkit";
import { createBackground } from "../background.ts";
import { enqueueBatch, launchCalls } from "../launches/launch-calls.ts";
import { cancelBatchCalls } from "../stops/cancel-batch-calls.ts";
import { stopCampaignCalling } from "../stops/stop-campaign-calling.ts";
import { useBed } from "../testing/use-bed.ts";
import { holdBatch, holdCampaign } from "./hold-calls.ts";
import { resumeBatch, resumeCampaign } from "./resume-calls.ts";

const bed = useBed();
const byTest = { mode: "drain", by: "test" } as const;

const waiting = async () => (await bed.queue.queue.getPrioritized()).map((job) => job.id!);
/** A batch whose jobs are all on the queue, as long after its launch as the sweep waits. */
async function queued(candidates: number) {
  const rows = await bed.rows(candidates);
  await enqueueBatch(bed.deps)(rows.batchId, 0n, new AbortController().signal);
  await bed.sql("UPDATE retell_batch_calls SET enqueued_at = enqueued_at - interval '1 minute'");
  return rows;
}
/** The use cases' dependencies, and the end of all that they leave behind their answers. */
function withBackground() {
  const background = createBackground(bed.deps.log);
  return { deps: { ...bed.deps, background }, over: () => background.close() };
}
/** Does something, and waits for what follows its answer. */
async function whole<Result>(work: (deps: ReturnType<typeof withBackground>["deps"]) => Promise<Result>) {
  const pieces: Promise<void>[] = [];
  const run = (_: string, piece: (signal: AbortSignal) => Promise<void>) =>
    void pieces.push(piece(new AbortController().signal));
  const result = await work({ ...bed.deps, background: { run, close: async () => undefined } });
  await Promise.all(pieces);
  return result;
}
const held = (batchId: string) => whole((deps) => holdBatch(deps)(batchId, "lunch", "Ada"));
const auditOf = () =>
  bed.sql<{ actor: string; action: string }>(
    "SELECT actor, action FROM audit WHERE action ~ 'hold|resume' ORDER BY at, id",
  );

test("a held batch's pending calls wait without jobs, its live call goes on, and a repeat says the same", async () => {
  const { batchId, campaignId, ids } = await queued(4);
  await bed.place(ids[0]!);
  const first = await held(batchId);
  expect(first).toEqual({
    campaign_id: campaignId,
    batch_id: batchId,
    held_batches: [batchId],
    held_at: expect.any(Date),
    held_by: "Ada",
    held_reason: "lunch",
    pending_calls: 3,
    in_progress_calls: 1,
  });
  expect(await waiting()).toEqual([ids[0]]);
  expect(await bed.ask(ids[1]!)).toEqual({ kind: "held" });
  expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "live" });
  expect(await whole((deps) => holdBatch(deps)(batchId, "other", "Eve"))).toEqual(first);
  expect(await bed.batch(batchId)).toMatchObject({ status: "in_progress", pending_calls: 3, held_by: "Ada" });
  expect((await bed.call(ids[1]!)).call_status).toBe("pending");
  expect(await auditOf()).toEqual([{ actor: "Ada", action: "batch.hold" }]);
});

test("a resume brings the jobs back in their old order; of what is not held it changes nothing", async () => {
  const { batchId, ids } = await queued(5);
  await held(batchId);
  expect(await waiting()).toEqual([]);
  const resumed = await whole((deps) => resumeBatch(deps)(batchId, "Ada"));
  expect(resumed).toMatchObject({ held_at: null, held_by: null, held_reason: null, pending_calls: 5 });
  expect(await waiting()).toEqual(ids);
  expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "yours" });
  await whole((deps) => resumeBatch(deps)(batchId, "Ada"));
  expect((await auditOf()).map(({ action }) => action)).toEqual(["batch.hold", "batch.resume"]);
  await bed.place(ids[1]!);
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE call_status = 'in_progress'");
});

test("what cannot be held is refused: an unknown batch or campaign, a batch that was stopped or has ended", async () => {
  const { batchId } = await bed.rows(1);
  await cancelBatchCalls(bed.deps)(batchId, byTest);
  await expect(held(batchId)).rejects.toMatchObject({ code: "batch_cancelled" });
  const ended = await bed.rows(1);
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE batch_id = $1", [ended.batchId]);
  await expect(held(ended.batchId)).rejects.toMatchObject({ code: "batch_completed" });
  for (const act of [holdBatch, holdCampaign])
    await expect(act(bed.deps)(randomUUID(), null)).rejects.toMatchObject({ code: "not_found" });
  for (const act of [resumeBatch, resumeCampaign])
    await expect(act(bed.deps)(randomUUID())).rejects.toMatchObject({ code: "not_found" });
});

test("a held campaign keeps its open batches and what is launched meanwhile; each flag leaves the other alone", async () => {
  const { batchId, campaignId, ids } = await queued(2);
  await bed.sql(
    "INSERT INTO candidates (campaign_id, phone_number) SELECT $1, '+1415777' || (1000 + n) FROM generate_series(1, 2) n",
    [campaignId],
  );
  const receipt = await whole((deps) => holdCampaign(deps)(campaignId, null, "Ada"));
  expect(receipt).toMatchObject({ batch_id: null, held_batches: [batchId], pending_calls: 2, held_reason: null });
  expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ held_by: "Ada", held_at: expect.any(Date) });
  expect((await bed.batch(batchId)).held_at).toBeNull();
  const launched = await whole((deps) => launchCalls(deps)(campaignId, { include: "undialed" }));
  expect(await waiting()).toEqual([]);
  const later = (await bed.calls(launched.id)).map(({ id }) => id);
  expect(await bed.ask(later[0]!)).toEqual({ kind: "held" });
  await held(launched.id);
  await whole((deps) => resumeCampaign(deps)(campaignId, "Ada"));
  expect(await waiting()).toEqual(ids);
  expect(await bed.ask(later[0]!)).toEqual({ kind: "held" });
  await whole((deps) => holdCampaign(deps)(campaignId, null, "Ada"));
  await whole((deps) => resumeBatch(deps)(launched.id, "Ada"));
  expect(await bed.ask(later[0]!)).toEqual({ kind: "held" });
  await whole((deps) => resumeCampaign(deps)(campaignId, "Ada"));
  const back = await waiting();
  for (const own of [ids, later]) expect(back.filter((id) => own.includes(id))).toEqual(own);
  expect(back).toHaveLength(4);
});

test("the lines say that all is held when every batch with a pending call is, by itself or with its campaign", async () => {
  const [one, other] = [await bed.rows(1), await bed.launchRows(await bed.campaign(1, 10))];
  const allHeld = async () => (await bed.db.lines.view()).allHeld;
  await held(one.batchId);
  expect(await allHeld()).toBe(false);
  await whole((deps) => holdCampaign(deps)(other.campaignId, null, "Ada"));
  expect(await allHeld()).toBe(true);
  await whole((deps) => resumeBatch(deps)(one.batchId, "Ada"));
  expect(await allHeld()).toBe(false);
});

test.each(["Pause Batch", "Stop All"])("%s of held calls cancels them and ends the holds", async (stop) => {
  const { batchId, campaignId } = await queued(3);
  await held(batchId);
  await whole((deps) => holdCampaign(deps)(campaignId, null, "Ada"));
  const receipt =
    stop === "Stop All"
      ? await stopCampaignCalling(bed.deps)(campaignId, byTest)
      : await cancelBatchCalls(bed.deps)(batchId, byTest);
  expect(receipt).toMatchObject({ cancelled_now: 3, pending_calls: 0 });
  expect(await bed.batch(batchId)).toMatchObject({ status: "cancelled", held_at: null, held_by: null });
  const { held_at } = (await bed.db.campaigns.find(campaignId))!;
  if (stop === "Stop All") expect(held_at).toBeNull();
  else expect(held_at).toEqual(expect.any(Date));
});

test("a batch whose last call ends is no longer held", async () => {
  const { batchId, ids } = await bed.rows(1);
  await bed.place(ids[0]!);
  await held(batchId);
  await bed.settle({ call_id: `call_${ids[0]}`, disconnection_reason: "user_hangup", metadata: {} }, "call_ended");
  expect(await bed.batch(batchId)).toMatchObject({ status: "completed", held_at: null });
});

test("a dial that was not placed is released into the hold and waits there", async () => {
  const { batchId, ids } = await queued(2);
  const call = await bed.claim(ids[0]!);
  const { deps, over } = withBackground();
  const holding = holdBatch(deps)(batchId, null, "Ada");
  expect(await bed.db.calls.release(call)).toBe("pending");
  expect(await holding).toMatchObject({ pending_calls: 2, in_progress_calls: 0 });
  expect(await bed.ask(ids[0]!)).toEqual({ kind: "held" });
  await over();
});

describe("the sweep", () => {
  test("gives a held batch no jobs, takes those that are left, and a call in progress keeps its own", async () => {
    const { batchId, ids } = await queued(4);
    await bed.place(ids[0]!);
    // As if the process had died right behind the commit: the jobs are still there.
    await bed.db.holding.holdBatch(batchId, null, "Ada");
    expect(await bed.db.sweeps.neededJobs()).toEqual({ all: 1, quiet: 1 });
    const sweep = bed.sweeper();
    for (let round = 0; round < 3; round++) await sweep();
    expect(await waiting()).toEqual([ids[0]]);
    await bed.queue.remove([ids[0]!]);
    for (let round = 0; round < 3; round++) await sweep();
    expect(
      [...(await bed.queue.queue.getWaiting()), ...(await bed.queue.queue.getPrioritized())].map(({ id }) => id),
    ).toEqual([ids[0]]);
  });

  test("takes no job of a call that was resumed after it had found it superfluous", async () => {
    const { batchId, ids } = await queued(4);
    await bed.db.holding.holdBatch(batchId, null, "Ada");
    const removed: string[] = [];
    const remove = async (jobs: readonly string[]) => {
      removed.push(...jobs);
      await bed.queue.remove(jobs);
    };
    const sweep = bed.sweeper({ queue: { ...bed.queue, remove } });
    await sweep();
    await whole((deps) => resumeBatch(deps)(batchId, "Ada"));
    for (let round = 0; round < 2; round++) await sweep();
    expect(removed).toEqual([]);
    expect(await waiting()).toEqual(ids);
  });

  test("brings the jobs back after a resume whose process died", async () => {
    const { batchId, ids } = await queued(3);
    await held(batchId);
    await bed.db.holding.resumeBatch(batchId, "Ada");
    await bed.sql("UPDATE retell_batch_calls SET enqueued_at = enqueued_at - interval '1 minute'");
    await bed.sweeper()();
    expect(await waiting()).toEqual(ids);
  });
});

describe("a resume in the midst of what takes the jobs away", () => {
  test("while a hold removes them: all are there in the end", async () => {
    const { batchId, ids } = await queued(4);
    const remove = async (removed: readonly string[]) => {
      await whole((deps) => resumeBatch(deps)(batchId, "Ada"));
      await bed.queue.remove(removed);
    };
    await whole((deps) => holdBatch({ ...deps, queue: { ...bed.queue, remove } })(batchId, null, "Ada"));
    expect((await waiting()).sort()).toEqual([...ids].sort());
  });

  test("a hold that ends before its jobs are looked for takes none", async () => {
    const { batchId, ids } = await queued(3);
    const pieces: ((signal: AbortSignal) => Promise<void>)[] = [];
    const background = {
      run: (_: string, piece: (signal: AbortSignal) => Promise<void>) => void pieces.push(piece),
      close: async () => undefined,
    };
    const removed: string[] = [];
    const remove = async (jobs: readonly string[]) => void removed.push(...jobs);
    await holdBatch({ ...bed.deps, background, queue: { ...bed.queue, remove } })(batchId, null, "Ada");
    await whole((deps) => resumeBatch(deps)(batchId, "Ada"));
    for (const piece of pieces) await piece(new AbortController().signal);
    expect(removed).toEqual([]);
    expect(await waiting()).toEqual(ids);
  });

  test("while a launcher removes the chunk that it enqueued under a hold", async () => {
    const { batchId, ids } = await bed.rows(4);
    await bed.db.holding.holdBatch(batchId, null, "Ada");
    const remove = async (removed: readonly string[]) => {
      await whole((deps) => resumeBatch(deps)(batchId, "Ada"));
      await bed.queue.remove(removed);
    };
    await enqueueBatch({ ...bed.deps, queue: { ...bed.queue, remove } })(batchId, 0n, new AbortController().signal);
    expect((await waiting()).sort()).toEqual([...ids].sort());
  });
});

test("a hold that is ended while it waits answers when the dials from before it are over", async () => {
  const { batchId, ids } = await bed.rows(3);
  const before = await bed.claim(ids[0]!);
  const holding = held(batchId);
  await until("it is held", async () => (await bed.batch(batchId)).held_at);
  await whole((deps) => resumeBatch(deps)(batchId, "Eve"));
  const after = await bed.claim(ids[1]!);
  // A dial that stays open for an hour.
  await bed.sql("UPDATE retell_calls SET claimed_at = claimed_at + interval '1 hour' WHERE id = $1", [ids[1]]);
  await bed.db.calls.recordPlaced(before, "call_before");
  expect(await holding).toMatchObject({ held_by: "Ada" });
  await bed.db.calls.recordPlaced(after, "call_after");
});

test("a batch that was held comes back at the current turn, not before all that was launched meanwhile", async () => {
  const old = await queued(3);
  await held(old.batchId);
  await bed.sql("UPDATE lines SET turn_now = 1000");
  const next = await queued(3);
  await whole((deps) => resumeBatch(deps)(old.batchId, "Ada"));
  const order = await waiting();
  expect(order.slice(0, 2).every((id) => old.ids.includes(id))).toBe(false);
  for (const own of [old.ids, next.ids]) expect(order.filter((id) => own.includes(id))).toEqual(own);
});

test("a hold that comes while another is set or ended has the figures of the one that stands", async () => {
  const { batchId } = await bed.rows(2);
  const other = await bed.connect();
  await other.query("BEGIN");
  await other.query("UPDATE retell_batch_calls SET held_at = now(), held_by = 'other' WHERE id = $1", [batchId]);
  const second = held(batchId);
  await bed.lockWaits(1);
  await other.query("COMMIT");
  other.release();
  expect(await second).toMatchObject({ held_by: "other", held_at: expect.any(Date) });
});
