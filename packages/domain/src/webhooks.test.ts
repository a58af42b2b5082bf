import { callIdOf, isOver, RetellCall, RetellEvent } from "./webhooks.ts";

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
])("metadata %j names our call %j", (metadata, ours) => expect(callIdOf(call({ metadata }))).toBe(ours));

test("a call without metadata is another's", () => expect(callIdOf(call({}))).toBeNull());

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
])("%j, event %s: over %s", (fields, event, over) => expect(isOver(call(fields), event)).toBe(over));

test("what Retell adds or leaves out does not matter, what it is asked for does", () => {
  expect(
    RetellCall.safeParse({ call_id: "c", invented: [1], disconnection_reason: null, duration_ms: null }).success,
  ).toBe(true);
  for (const wrong of [{}, { call_id: "" }, { call_id: 7 }, null, "call"])
    expect(RetellCall.safeParse(wrong).success).toBe(false);
  expect(RetellEvent.safeParse({ event: "chat_started", call: { call_id: "c" } }).success).toBe(true);
  expect(RetellEvent.safeParse({ event: "call_ended" }).success).toBe(false);
});
