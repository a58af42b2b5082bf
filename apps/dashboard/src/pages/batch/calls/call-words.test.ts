import type { Call } from "../../../api/types.ts";
import { analysisOf, kindOf, reasonInWords, recordingOf, stepsOf } from "./call-words.ts";

const call: Call = {
  id: "1",
  batch_id: "b",
  campaign_id: "c",
  candidate_id: "d",
  phone_number: "+14155550100",
  name: "Ada",
  call_status: "completed",
  placed: "yes",
  retell_call_id: "r",
  error_message: null,
  disconnection_reason: "user_hangup",
  created_at: "2026-11-25T10:00:00.000Z",
  claimed_at: "2026-11-25T10:01:00.000Z",
  dialed_at: "2026-11-25T10:01:00.300Z",
  started_at: "2026-11-25T10:01:08.000Z",
  ended_at: "2026-11-25T10:02:00.000Z",
  duration_ms: 52_000,
  cancelled_at: null,
  recording_url: null,
  analysis: null,
};

test("the steps of a call have the time between them", () => {
  expect(stepsOf(call).map(({ label, gapMs }) => [label, gapMs])).toEqual([
    ["Created", null],
    ["Claimed", 60_000],
    ["Dialled", 300],
    ["Answered", 7_700],
    ["Ended", 52_000],
  ]);
});

test("a cancelled call has neither a dial nor an end", () => {
  const cancelled: Call = {
    ...call,
    call_status: "failed",
    claimed_at: null,
    dialed_at: null,
    started_at: null,
    ended_at: "2026-11-25T10:02:00.000Z",
    cancelled_at: "2026-11-25T10:02:00.000Z",
  };
  expect(stepsOf(cancelled).map(({ label }) => label)).toEqual(["Created", "Cancelled"]);
  expect(kindOf(cancelled)).toBe("cancelled");
});

test.each([
  ["dial_busy", "Busy"],
  ["some_new_reason", "Some new reason"],
  ["constructor", "Constructor"],
  ["Retell: to_number is not allowed", "Retell: to_number is not allowed"],
  ["Cannot find requested asset under given api key.", "The caller number or agent is not in this Retell account"],
])("the reason %s is %j", (reason, words) => {
  expect(reasonInWords(reason)).toBe(words);
});

test.each([
  [null, null],
  ["text", null],
  [{ call_summary: 7 }, null],
  [{ call_summary: " " }, null],
  [{ call_summary: "<b>Hello</b>" }, "<b>Hello</b>"],
])("the summary in %j is %j", (analysis, summary) => {
  expect(analysisOf(analysis).summary).toBe(summary);
});

test.each([
  [null, null],
  ["javascript:alert(1)", null],
  ["https://example.com/a.wav", "https://example.com/a.wav"],
])("a recording at %j leads to %j", (recording_url, address) => {
  expect(recordingOf({ recording_url })).toBe(address);
});
