import type { Call } from "../../../api/types.ts";
import { analysisOf, reasonOf, safeLink, statusOf, timelineOf } from "./call-words.ts";

const CALL = { call_status: "failed", created_at: "2026-11-25T10:00:00.000Z" } as Call;
const at = (second: number) => new Date(Date.parse(CALL.created_at) + second * 1_000).toISOString();

test("the steps in the order of time, with the time between them", () => {
  const call = {
    ...CALL,
    claimed_at: at(5),
    dialed_at: at(6),
    started_at: at(9),
    ended_at: at(60),
    cancelled_at: null,
  };
  expect(timelineOf(call).map(({ what, sinceMs }) => [what, sinceMs])).toEqual([
    ["Created", null],
    ["Claimed", 5_000],
    ["Dialled", 1_000],
    ["Answered", 3_000],
    ["Ended", 51_000],
  ]);
});

test("a cancelled call failed, but is told apart", () => {
  const call = { ...CALL, cancelled_at: at(1), error_message: "Batch cancelled by user", disconnection_reason: null };
  expect(statusOf(call)).toBe("cancelled");
  expect(reasonOf(call)).toBe("Batch cancelled by user");
});

test.each<[unknown, string | null, [string, string][]]>([
  [null, null, []],
  ["text", null, []],
  [
    {
      call_summary: "Will come on Monday.",
      user_sentiment: "Positive",
      call_successful: true,
      custom: { day: "Mon" },
      empty: null,
    },
    "Will come on Monday.",
    [
      ["user sentiment", "Positive"],
      ["call successful", "true"],
      ["custom", '{"day":"Mon"}'],
    ],
  ],
])("the analysis %j", (analysis, summary, rest) => {
  expect(analysisOf(analysis)).toEqual({ summary, rest });
});

test("only addresses of the web are links", () => {
  expect(safeLink("https://retell.example/r.wav")).toBe("https://retell.example/r.wav");
  expect(safeLink("javascript:alert(1)")).toBeNull();
  expect(safeLink(null)).toBeNull();
});
