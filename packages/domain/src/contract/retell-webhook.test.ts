import { callIdOf, isOver, RetellCall, RetellEvent, storable } from "./retell-webhook.ts";

const id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const call = (fields: object) => RetellCall.parse({ call_id: "call_1", ...fields });

test.each<[unknown, string | null]>([
  [{ call_id: id }, id],
  [{ call_id: id, batch_id: id, other: { deep: 1 } }, id],
  [{ call_id: "not a uuid" }, null],
  [{ call_id: 7 }, null],
  [{}, null],
  [null, null],
  ["call_id", null],
  [[id], null],
  [undefined, null],
])("metadata %j holds our call id %j", (metadata, ours) => expect(callIdOf(call({ metadata }))).toBe(ours));

test("a call without metadata is not ours", () => expect(callIdOf(call({}))).toBeNull());

test.each<[object, string | undefined, boolean]>([
  [{ call_status: "registered" }, undefined, false],
  [{ call_status: "ongoing" }, undefined, false],
  [{ call_status: "ended" }, undefined, true],
  [{ call_status: "not_connected" }, undefined, true],
  [{ call_status: "error" }, undefined, true],
  [{ call_status: "of next year" }, undefined, false],
  [{}, undefined, false],
  [{ disconnection_reason: "user_hangup" }, undefined, true],
  [{ call_status: "registered", disconnection_reason: "dial_busy" }, undefined, true],
  [{ call_status: "ongoing", disconnection_reason: null }, undefined, false],
  [{ call_status: "ongoing", disconnection_reason: "" }, undefined, false],
  [{ call_status: "ongoing" }, "call_started", false],
  [{ call_status: "registered" }, "call_ended", true],
  [{ call_status: "registered" }, "call_analyzed", true],
  [{ call_status: "ongoing" }, "transcript_updated", false],
])("a call with %j in event %s is over: %s", (fields, event, over) => expect(isOver(call(fields), event)).toBe(over));

test("additional fields and empty optional fields are accepted, missing required fields are not", () => {
  expect(
    RetellCall.safeParse({ call_id: "c", invented: [1], disconnection_reason: null, duration_ms: null }).success,
  ).toBe(true);
  for (const wrong of [{}, { call_id: "" }, { call_id: 7 }, null, "call"])
    expect(RetellCall.safeParse(wrong).success).toBe(false);
  expect(RetellEvent.safeParse({ event: "chat_started", call: { call_id: "c" } }).success).toBe(true);
  expect(RetellEvent.safeParse({ event: "call_ended" }).success).toBe(false);
});

test.each<[object, object]>([
  [
    { start_timestamp: "yesterday", end_timestamp: -1 },
    { start_timestamp: null, end_timestamp: null },
  ],
  [
    { start_timestamp: 8.64e15, end_timestamp: 8.65e15 },
    { start_timestamp: 8.64e15, end_timestamp: null },
  ],
  [{ duration_ms: 1_234.5 }, { duration_ms: 1_235 }],
  [{ duration_ms: 2 ** 40 }, { duration_ms: 2 ** 31 - 1 }],
  [{ duration_ms: "long" }, { duration_ms: null }],
  [
    { disconnection_reason: 7, recording_url: {} },
    { disconnection_reason: null, recording_url: null },
  ],
  [{ disconnection_reason: "user\0hangup" }, { disconnection_reason: "userhangup" }],
  [{ call_status: 7 }, { call_status: undefined }],
  [{ call_analysis: "fine" }, { call_analysis: null }],
  [
    { call_analysis: { a: "b\0c", deep: ["\ud83d", { n: 1 }] } },
    { call_analysis: { a: "bc", deep: ["\ufffd", { n: 1 }] } },
  ],
])("the valid part of %j is kept", (fields, kept) => expect(call(fields)).toMatchObject(kept));

test("text that PostgreSQL can store stays unchanged", () => {
  expect(storable("Ána 🙂\n\t\\")).toBe("Ána 🙂\n\t\\");
  expect(storable("a\0b\ud83dc")).toBe("ab\ufffdc");
});
