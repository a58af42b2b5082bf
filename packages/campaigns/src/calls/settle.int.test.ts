import { RetellCall } from "@ringfence/domain";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

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

test.each([["call_ended"], [undefined]])(
  "a live call that ends, by %s, is settled with everything that Retell reports",
  async (event) => {
    const { batchId, ids } = await bed.rows(3);
    await bed.place(ids[0]!, "call_1");
    expect(
      await bed.settle(
        word(ids[0], { ...hungUp, recording_url: "https://r.test/1", call_analysis: { call_summary: "ok" } }),
        event,
      ),
    ).toBe("settled");
    expect(await bed.call(ids[0]!)).toMatchObject({
      call_status: "completed",
      placed: "yes",
      retell_call_id: "call_1",
      error_message: null,
      disconnection_reason: "user_hangup",
      started_at: new Date(START),
      ended_at: new Date(START + 42_000),
      duration_ms: 42_000,
      recording_url: "https://r.test/1",
      analysis: { call_summary: "ok" },
      cancelled_at: null,
      news_at: expect.any(Date),
    });
    expect(await figures(batchId)).toEqual([2, 0, 1, 0, 0]);
    expect(await bed.lines()).toMatchObject({ in_use: 0 });
    expect(bed.counted).toEqual([`calls_settled ${event ? "webhook" : "look-up"} 1`]);
  },
);

test("a call that reached nobody fails with Retell's reason", async () => {
  const { batchId, ids } = await bed.rows(2);
  await bed.place(ids[0]!, "call_1");
  expect(await bed.settle(word(ids[0], busy), "call_ended")).toBe("settled");
  expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "failed", error_message: "dial_busy", placed: "yes" });
  expect(await figures(batchId)).toEqual([1, 0, 0, 1, 0]);
});

test("a call that goes on stores its id and start, and later only its time of news changes", async () => {
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!, "call_1");
  await bed.sql("UPDATE retell_calls SET news_at = now() - interval '1 hour'");
  expect(await bed.settle(word(ids[0], { call_status: "ongoing", start_timestamp: START }), "call_started")).toBe(
    "goes on",
  );
  const row = await bed.call(ids[0]!);
  expect(row).toMatchObject({ call_status: "in_progress", started_at: new Date(START), retell_call_id: "call_1" });
  expect(Date.now() - Number(row.news_at)).toBeLessThan(600_000);
});

test("a webhook that arrives before the dial's own answer is stored finds the row by our metadata", async () => {
  const { batchId, ids } = await bed.rows(2);
  const claim = await bed.claim(ids[0]!);
  expect(await bed.settle(word(ids[0], { call_status: "ongoing" }), "call_started")).toBe("goes on");
  expect(await bed.call(ids[0]!)).toMatchObject({
    retell_call_id: "call_1",
    placed: "yes",
    dialed_at: expect.any(Date),
  });
  expect(await bed.settle(word(ids[0], hungUp), "call_ended")).toBe("settled");
  expect(await bed.db.calls.recordPlaced(claim, "call_1")).toBe(false);
  expect(await figures(batchId)).toEqual([1, 0, 1, 0, 0]);
});

test("duplicate, late and disordered reports change nothing twice", async () => {
  const { batchId, ids } = await bed.rows(2);
  await bed.place(ids[0]!, "call_1");
  await bed.settle(word(ids[0], hungUp), "call_ended");
  const settled = await bed.call(ids[0]!);
  for (const [fields, event] of [
    [hungUp, "call_ended"],
    [busy, "call_ended"],
    [{ call_status: "ongoing" }, "call_started"],
    [{ call_status: "registered" }, undefined],
    [hungUp, undefined],
  ] as const)
    expect(await bed.settle(word(ids[0], fields), event)).toBe("nothing to change");
  expect(await bed.call(ids[0]!)).toEqual(settled);
  await bed.settle(
    word(ids[0], { ...hungUp, recording_url: "https://r.test/1", call_analysis: { in_voicemail: false } }),
    "call_analyzed",
  );
  expect(await bed.call(ids[0]!)).toEqual({
    ...settled,
    recording_url: "https://r.test/1",
    analysis: { in_voicemail: false },
  });
  expect(await figures(batchId)).toEqual([1, 0, 1, 0, 0]);
  expect(bed.counted).toHaveLength(1);
});

test("call_analyzed alone settles a call whose call_ended was lost", async () => {
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!, "call_1");
  expect(await bed.settle(word(ids[0], { ...hungUp, call_analysis: { call_successful: true } }), "call_analyzed")).toBe(
    "settled",
  );
  expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "completed", analysis: { call_successful: true } });
});

test("of two webhooks of one end in parallel, one settles the call", async () => {
  const { batchId, ids } = await bed.rows(2);
  await bed.place(ids[0]!, "call_1");
  const settlements = await Promise.all(
    Array.from({ length: 10 }, () => bed.settle(word(ids[0], hungUp), "call_ended")),
  );
  expect(settlements.filter((settlement) => settlement === "settled")).toHaveLength(1);
  expect(await figures(batchId)).toEqual([1, 0, 1, 0, 0]);
});

test("a call reported as ended without a reason is looked up immediately and settled by the result", async () => {
  const { batchId, ids } = await bed.rows(2);
  await bed.place(ids[0]!, "call_1");
  expect(await bed.settle(word(ids[0], { call_status: "registered" }), "call_ended")).toBe("nothing to change");
  expect(await figures(batchId)).toEqual([1, 1, 0, 0, 0]);
  expect(await bed.db.sweeps.withoutNews(3_600_000, 10)).toEqual([{ callId: ids[0], retellCallId: "call_1" }]);
  expect(await bed.settle(word(ids[0], { call_status: "error" }))).toBe("settled");
  expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "failed", error_message: "error" });
});

test.each([
  ["another's call", word(undefined, hungUp)],
  ["a call of rows that are gone", word("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", hungUp)],
  ["a call that goes on, unknown to us", word("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", { call_status: "ongoing" })],
  ["an end without a reason, unknown to us", word("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", { call_status: "ongoing" })],
])("%s changes nothing", async (_, call) => {
  const { ids } = await bed.rows(1);
  await bed.claim(ids[0]!);
  const before = await bed.call(ids[0]!);
  for (const event of ["call_started", "call_ended", "call_analyzed", undefined])
    expect(await bed.settle(call, event)).toBe("nothing to change");
  expect(await bed.call(ids[0]!)).toEqual(before);
});

test("a row with a Retell id does not take another call's word, whatever the metadata", async () => {
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!, "call_1");
  const before = await bed.call(ids[0]!);
  for (const fields of [hungUp, { call_status: "ongoing" }])
    expect(await bed.settle(word(ids[0], { ...fields, call_id: "call_2" }), "call_ended")).toBe("nothing to change");
  expect(await bed.call(ids[0]!)).toEqual(before);
});

test("a call that one row has belongs to that row, though its metadata names another", async () => {
  const { ids } = await bed.rows(2);
  await bed.place(ids[0]!, "call_1");
  await bed.claim(ids[1]!);
  const other = await bed.call(ids[1]!);
  expect(await bed.settle(word(ids[1], { call_status: "ongoing" }), "call_started")).toBe("goes on");
  expect(await bed.settle(word(ids[1], hungUp), "call_ended")).toBe("settled");
  expect(await bed.settle(word(ids[1], hungUp), "call_ended")).toBe("nothing to change");
  expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "completed", retell_call_id: "call_1" });
  expect(await bed.call(ids[1]!)).toEqual(other);
});
