import { RetellCall } from "@ringfence/domain";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

const OUR_WORDS = "Outcome unknown, not redialled";
const START = Date.UTC(2026, 10, 22, 12, 0, 0);
/** Retell's report on one of our calls, as received. */
const word = (callId: string | undefined, fields: object = {}) =>
  RetellCall.parse({ call_id: "call_1", call_status: "ended", metadata: callId ? { call_id: callId } : {}, ...fields });
const hungUp = {
  disconnection_reason: "user_hangup",
  start_timestamp: START,
  end_timestamp: START + 42_000,
  duration_ms: 42_000,
};
const busy = {
  call_status: "not_connected",
  disconnection_reason: "dial_busy",
  start_timestamp: START,
  end_timestamp: START,
  duration_ms: 0,
};
const figures = async (batchId: string) => {
  const { pending_calls, in_progress_calls, completed_calls, failed_calls, cancelled_calls } = await bed.batch(batchId);
  return [pending_calls, in_progress_calls, completed_calls, failed_calls, cancelled_calls];
};

describe("late evidence for a call that was given up", () => {
  let batchId: string;
  let id: string;
  beforeEach(async () => {
    const rows = await bed.rows(2);
    batchId = rows.batchId;
    id = rows.ids[0]!;
    await bed.db.calls.giveUp(await bed.claim(id));
    expect(await figures(batchId)).toEqual([1, 0, 0, 1, 0]);
  });

  test.each([
    ["completed", hungUp, [1, 0, 1, 0, 0]],
    ["failed", busy, [1, 0, 0, 1, 0]],
  ])("corrects row and counters when it is the end, %s", async (call_status, fields, expected) => {
    expect(await bed.settle(word(id, fields), "call_ended")).toBe("settled");
    expect(await bed.call(id)).toMatchObject({
      call_status,
      placed: "yes",
      disconnection_reason: fields.disconnection_reason,
    });
    expect(await figures(batchId)).toEqual(expected);
    expect(await bed.settle(word(id, hungUp), "call_ended")).toBe("nothing to change");
  });

  test("attaches a call that goes on; its end then corrects the counters", async () => {
    expect(await bed.settle(word(id, { call_status: "ongoing" }), "call_started")).toBe("goes on");
    expect(await bed.call(id)).toMatchObject({
      call_status: "failed",
      placed: "yes",
      error_message: OUR_WORDS,
      retell_call_id: "call_1",
    });
    expect(await figures(batchId)).toEqual([1, 0, 0, 1, 0]);
    expect(await bed.settle(word(undefined, hungUp), "call_ended")).toBe("settled");
    expect(await figures(batchId)).toEqual([1, 0, 1, 0, 0]);
  });

  test("leaves a batch that is over as it is", async () => {
    await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE call_status = 'pending'");
    const { completed_at } = await bed.batch(batchId);
    expect(await bed.settle(word(id, hungUp), "call_ended")).toBe("settled");
    expect(await bed.batch(batchId)).toMatchObject({
      status: "completed",
      completed_at,
      completed_calls: 2,
      failed_calls: 0,
    });
  });
});

describe("although we believed that nothing was placed,", () => {
  test("the end of a pending row's call settles it", async () => {
    const { batchId, ids } = await bed.rows(2);
    await bed.db.calls.release(await bed.claim(ids[0]!));
    expect(await bed.settle(word(ids[0], hungUp), "call_ended")).toBe("settled");
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "completed", placed: "yes" });
    expect(await figures(batchId)).toEqual([1, 0, 1, 0, 0]);
  });

  test("a pending row's call that goes on holds a line, and is not dialled", async () => {
    const { batchId, ids } = await bed.rows(2);
    expect(await bed.settle(word(ids[0], { call_status: "ongoing" }), "call_started")).toBe("goes on");
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "in_progress",
      placed: "yes",
      claimed_at: expect.any(Date),
    });
    expect(await bed.lines()).toMatchObject({ in_use: 1 });
    expect(await bed.ask(ids[0]!)).toEqual({ kind: "live", retellCallId: "call_1" });
    expect(await figures(batchId)).toEqual([1, 1, 0, 0, 0]);
  });

  test("a pending row's call that ended without a stated reason is not dialled either", async () => {
    const { ids } = await bed.rows(2);
    await bed.settle(word(ids[0], { call_status: "registered" }), "call_ended");
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "live" });
  });

  test.each([
    ["ended", hungUp, "call_ended"],
    ["goes on", { call_status: "ongoing" }, "call_started"],
  ])(
    "a cancelled row's call that %s leaves the counters, and nobody is called as undialed again",
    async (_, fields, event) => {
      const { batchId, campaignId, ids } = await bed.rows(2);
      await bed.db.stops.brake(batchId);
      await bed.db.stops.flip(batchId);
      expect(await bed.settle(word(ids[0], fields), event)).toBe("nothing to change");
      expect(await bed.call(ids[0]!)).toMatchObject({
        call_status: "failed",
        placed: "yes",
        retell_call_id: "call_1",
        cancelled_at: expect.any(Date),
      });
      expect(await figures(batchId)).toEqual([0, 0, 0, 2, 2]);
      expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ undialed_candidates: 1 });
      expect(bed.logged).toContainEqual(
        expect.objectContaining({ level: "error", fields: { callId: ids[0], retellCallId: "call_1" } }),
      );
      // Duplicate or late reports do not change the counters either, and their additions are stored.
      for (const later of ["call_ended", "call_analyzed", undefined])
        await bed.settle(word(ids[0], { ...hungUp, recording_url: "https://r.test/1" }), later);
      expect(await figures(batchId)).toEqual([0, 0, 0, 2, 2]);
      expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "failed", recording_url: "https://r.test/1" });
    },
  );

  test("a call that appears for one that Retell refused changes no counter, however often reported", async () => {
    const { batchId, ids } = await bed.rows(2);
    await bed.db.calls.refuse(await bed.claim(ids[0]!), "Number not valid");
    for (const event of ["call_started", "call_ended", "call_ended", "call_analyzed"])
      expect(
        await bed.settle(word(ids[0], event === "call_started" ? { call_status: "ongoing" } : hungUp), event),
      ).not.toBe("settled");
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "failed",
      placed: "yes",
      error_message: "Number not valid",
    });
    expect(await figures(batchId)).toEqual([1, 0, 0, 1, 0]);
  });

  test("a live call that an operator cancelled by hand stays cancelled when it ends", async () => {
    const { batchId, ids } = await bed.rows(2);
    await bed.place(ids[0]!, "call_1");
    await bed.sql(
      "UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user' WHERE id = $1",
      [ids[0]],
    );
    expect(await bed.settle(word(ids[0], hungUp), "call_ended")).toBe("nothing to change");
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "failed",
      placed: "yes",
      cancelled_at: expect.any(Date),
    });
    expect(await figures(batchId)).toEqual([1, 0, 0, 1, 1]);
  });
});
