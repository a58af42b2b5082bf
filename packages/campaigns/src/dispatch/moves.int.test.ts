import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

const UNKNOWN = "Outcome unknown, not redialled";
const WORDS = "Batch cancelled by user";

describe("a run's write", () => {
  test("release makes the row pending as before, but claim_no keeps rising", async () => {
    const { ids } = await bed.rows(1);
    for (const claimNo of [1, 2, 3]) {
      const claim = await bed.claim(ids[0]!);
      expect(claim).toMatchObject({ claimNo });
      expect(await bed.db.calls.release(claim)).toBe("pending");
      expect(await bed.call(ids[0]!)).toMatchObject({
        call_status: "pending",
        placed: "no",
        claim_no: claimNo,
        claimed_at: null,
        dialed_at: null,
        error_message: null,
      });
    }
    expect(await bed.lines()).toMatchObject({ in_use: 0 });
  });

  test("recordPlaced stores Retell's id and closes the dial", async () => {
    const { ids } = await bed.rows(1);
    const claim = await bed.claim(ids[0]!);
    expect(await bed.db.calls.recordPlaced(claim, "call_1")).toBe(true);
    const row = await bed.call(ids[0]!);
    expect(row).toMatchObject({
      call_status: "in_progress",
      placed: "yes",
      retell_call_id: "call_1",
      dialed_at: expect.any(Date),
      news_at: expect.any(Date),
    });
    expect(await bed.db.calls.recordPlaced(claim, "call_1")).toBe(true);
    expect(await bed.db.calls.recordPlaced(claim, "call_2")).toBe(false);
    expect(await bed.call(ids[0]!)).toMatchObject({ retell_call_id: "call_1", dialed_at: row.dialed_at });
  });

  test("refuse fails the call with Retell's message, as never placed", async () => {
    const { ids, batchId } = await bed.rows(2);
    expect(await bed.db.calls.refuse(await bed.claim(ids[0]!), "Number not valid")).toBe(true);
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "failed",
      placed: "no",
      error_message: "Number not valid",
      ended_at: expect.any(Date),
    });
    expect(await bed.batch(batchId)).toMatchObject({ failed_calls: 1, cancelled_calls: 0 });
  });

  test("recordUnknown closes the dial, not the call", async () => {
    const { ids } = await bed.rows(1);
    const claim = await bed.claim(ids[0]!);
    expect(await bed.db.calls.recordUnknown(claim)).toBe(true);
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "in_progress",
      placed: "unknown",
      dialed_at: expect.any(Date),
    });
  });

  test("giveUp fails the call, which may have been placed", async () => {
    const { ids } = await bed.rows(1);
    const claim = await bed.claim(ids[0]!);
    expect(await bed.db.calls.giveUp(claim)).toBe(true);
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "failed",
      placed: "unknown",
      error_message: UNKNOWN,
      dialed_at: expect.any(Date),
    });
    expect(await bed.db.calls.giveUp(claim)).toBe(false);
  });

  test("recordPlaced after giveUp attaches Retell's id, and the counters wait for the end", async () => {
    const { ids, batchId } = await bed.rows(2);
    const claim = await bed.claim(ids[0]!);
    await bed.db.calls.giveUp(claim);
    expect(await bed.db.calls.recordPlaced(claim, "call_1")).toBe(true);
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "failed",
      placed: "yes",
      retell_call_id: "call_1",
      error_message: UNKNOWN,
    });
    expect(await bed.settle({ call_id: "call_1", disconnection_reason: "user_hangup", metadata: {} })).toBe("settled");
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "completed", error_message: null });
    expect(await bed.batch(batchId)).toMatchObject({ completed_calls: 1, failed_calls: 0 });
  });

  test("recordPlaced after a webhook settled the call changes nothing", async () => {
    const { ids } = await bed.rows(1);
    const claim = await bed.claim(ids[0]!);
    await bed.settle({ call_id: "call_1", disconnection_reason: "user_hangup", metadata: { call_id: ids[0] } });
    const settled = await bed.call(ids[0]!);
    expect(await bed.db.calls.recordPlaced(claim, "call_1")).toBe(false);
    expect(await bed.call(ids[0]!)).toEqual(settled);
  });
});

describe("a run that writes late changes nothing of another's claim", () => {
  type Write = (claim: { callId: string; claimNo: number }) => Promise<boolean | string | null>;
  const writes: [string, Write][] = [
    ["release", (claim) => bed.db.calls.release(claim)],
    ["refuse", (claim) => bed.db.calls.refuse(claim, "late")],
    ["recordPlaced", (claim) => bed.db.calls.recordPlaced(claim, "call_late")],
    ["recordUnknown", (claim) => bed.db.calls.recordUnknown(claim)],
    ["giveUp", (claim) => bed.db.calls.giveUp(claim)],
  ];

  test.each(writes)("%s of the claim before", async (_, write) => {
    const { ids } = await bed.rows(1);
    const first = await bed.claim(ids[0]!);
    await bed.db.calls.release(first);
    for (const move of [() => bed.claim(ids[0]!), () => bed.db.calls.giveUp({ callId: ids[0]!, claimNo: 2 })]) {
      await move();
      const before = await bed.call(ids[0]!);
      expect([false, null]).toContain(await write(first));
      expect(await bed.call(ids[0]!)).toEqual(before);
    }
  });

  test.each(writes)("%s of a row that is pending again", async (_, write) => {
    const { ids } = await bed.rows(1);
    const claim = await bed.claim(ids[0]!);
    await bed.db.calls.release(claim);
    expect([false, null]).toContain(await write(claim));
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "pending", claim_no: 1 });
  });

  test.each(writes.filter(([name]) => !["recordPlaced", "recordUnknown"].includes(name)))(
    "%s of a call that Retell has",
    async (_, write) => {
      const { ids } = await bed.rows(1);
      const claim = await bed.place(ids[0]!);
      const before = await bed.call(ids[0]!);
      expect([false, null]).toContain(await write(claim));
      expect(await bed.call(ids[0]!)).toEqual(before);
    },
  );

  test.each(writes)("%s of a call that has ended", async (_, write) => {
    const { ids } = await bed.rows(1);
    const claim = await bed.place(ids[0]!);
    await bed.sql("UPDATE retell_calls SET call_status = 'completed'");
    expect([false, null]).toContain(await write(claim));
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "completed" });
  });
});

describe("release and the brake", () => {
  const cancelled = { call_status: "failed", error_message: WORDS, placed: "no", cancelled_at: expect.any(Date) };

  test("in a braked batch a released row is cancelled", async () => {
    const { ids, batchId } = await bed.rows(2);
    const claim = await bed.claim(ids[0]!);
    await bed.db.stops.brake(batchId);
    expect(await bed.db.calls.release(claim)).toBe("failed");
    expect(await bed.call(ids[0]!)).toMatchObject(cancelled);
    await bed.db.stops.flip(batchId);
    expect(await bed.batch(batchId)).toMatchObject({ cancelled_calls: 2, completed_at: expect.any(Date) });
  });

  test("it is also cancelled if the brake was under way when the release began", async () => {
    const { ids, batchId } = await bed.rows(2);
    const claim = await bed.claim(ids[0]!);
    const braking = await bed.connect();
    await braking.query("BEGIN");
    await braking.query("UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = $1", [batchId]);
    const release = bed.db.calls.release(claim);
    await bed.lockWaits();
    await braking.query("COMMIT");
    braking.release();
    expect(await release).toBe("failed");
    expect(await bed.call(ids[0]!)).toMatchObject(cancelled);
    await bed.db.stops.flip(batchId);
  });

  test("a brake that comes while a release waits for the lines finds its row pending, and flips it", async () => {
    const { ids, batchId } = await bed.rows(2);
    const claim = await bed.claim(ids[0]!);
    const holder = await bed.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM lines FOR UPDATE");
    const release = bed.db.calls.release(claim);
    await bed.lockWaits();
    const stopping = bed.db.stops.brake(batchId).then(() => bed.db.stops.flip(batchId));
    await bed.lockWaits(2);
    await holder.query("COMMIT");
    holder.release();
    expect(["pending", "failed"]).toContain(await release);
    await stopping;
    expect(await bed.call(ids[0]!)).toMatchObject(cancelled);
    expect(await bed.batch(batchId)).toMatchObject({ pending_calls: 0, cancelled_calls: 2 });
  });

  test("a braked batch's row released so late that no stop waited for it fails, not as cancelled", async () => {
    const { ids, batchId } = await bed.rows(2);
    const claim = await bed.claim(ids[0]!);
    await bed.db.stops.brake(batchId);
    await bed.db.stops.flip(batchId);
    await bed.sql("UPDATE retell_calls SET claimed_at = claimed_at - interval '3 s' WHERE id = $1", [ids[0]]);
    expect(await bed.db.calls.release(claim)).toBe("failed");
    expect(await bed.call(ids[0]!)).toMatchObject({ error_message: "Not placed", placed: "no", cancelled_at: null });
    expect(await bed.batch(batchId)).toMatchObject({ failed_calls: 2, cancelled_calls: 1 });
  });

  test("a claim that waited for the lines during the brake is granted or refused, with exact counters", async () => {
    const { ids, batchId } = await bed.rows(2);
    const client = await bed.connect();
    await client.query("BEGIN");
    await client.query("SELECT 1 FROM lines FOR UPDATE");
    const claim = bed.ask(ids[0]!);
    await bed.lockWaits();
    await bed.db.stops.brake(batchId);
    await client.query("COMMIT");
    client.release();
    expect(["yours", "braked"]).toContain((await claim).kind);
    expect(await bed.ask(ids[1]!)).toEqual({ kind: "braked" });
    await bed.db.stops.flip(batchId);
    expect((await bed.call(ids[1]!)).error_message).toBe(WORDS);
  });
});

test("ended and look read the states of calls", async () => {
  const { ids } = await bed.rows(3);
  await bed.place(ids[0]!, "call_1");
  await bed.claim(ids[1]!);
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [ids[1]]);
  expect((await bed.db.calls.ended(ids)).sort()).toEqual([ids[1], ids[2]].sort());
  expect(await bed.db.calls.look(ids[0]!)).toEqual({ callStatus: "in_progress", claimNo: 1, retellCallId: "call_1" });
  expect(await bed.db.calls.look("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")).toBeNull();
});
