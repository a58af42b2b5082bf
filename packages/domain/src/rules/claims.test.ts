import { type AskedRow, type LinesNow, LONGEST_WAIT_MS, whyRefused, whyWaiting, windowOf } from "./claims.ts";

/** A row that may be claimed. */
const row: AskedRow = {
  callStatus: "pending",
  claimNo: 3,
  retellCallId: null,
  claimedBy: "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1",
  claimAgeMs: 1_234,
  batchStatus: "in_progress",
};
const live = { callStatus: "in_progress", retellCallId: "call_1" } as const;

test.each<[string, Partial<AskedRow>, object | null]>([
  ["a call that Retell has", live, { kind: "live", retellCallId: "call_1" }],
  [
    "a claim whose run died",
    { callStatus: "in_progress" },
    { kind: "interrupted", claimNo: 3, claimAgeMs: 1_234, claimedBy: row.claimedBy },
  ],
  ["a completed call", { callStatus: "completed" }, { kind: "settled", status: "completed" }],
  ["a failed call", { callStatus: "failed" }, { kind: "settled", status: "failed" }],
  ["a cancelled batch", { batchStatus: "cancelled" }, { kind: "braked" }],
  ["a completed batch", { batchStatus: "completed" }, { kind: "braked" }],
  ["a live call before a brake", { ...live, batchStatus: "cancelled" }, { kind: "live", retellCallId: "call_1" }],
  [
    "a settled call before a brake",
    { callStatus: "failed", batchStatus: "cancelled" },
    { kind: "settled", status: "failed" },
  ],
  ["a pending call of an open batch", {}, null],
])("%s", (_, of, refusal) => expect(whyRefused({ ...row, ...of })).toEqual(refusal));

/** Lines on which the next call may be dialled now. */
const free: LinesNow = {
  limit: 5,
  inUse: 2,
  callsPerSecond: 0,
  held: false,
  unanswered: false,
  nextDialMs: -5,
  turnNow: 7,
};
const full = { inUse: 5 };

test.each<[string, Partial<LinesNow>, string, number]>([
  ["a hold", { held: true }, "held", 1_000],
  ["full lines", full, "lines_full", 1_000],
  ["more calls than lines", { inUse: 9 }, "lines_full", 1_000],
  ["a Retell that hangs", { unanswered: true }, "unanswered", 250],
  ["the pace, a moment", { nextDialMs: 0.2 }, "pace", 1],
  ["the pace", { nextDialMs: 499.1 }, "pace", 500],
  ["the pace, long", { nextDialMs: 60_000 }, "pace", 1_000],
  ["a race that was lost", {}, "raced", 20],
  ["a race, to the very moment", { nextDialMs: 0 }, "raced", 20],
  ["a hold before full lines", { ...full, held: true }, "held", 1_000],
  ["full lines before the pace", { ...full, nextDialMs: 10 }, "lines_full", 1_000],
])("a claim waits for %s", (_, lines, reason, askAfterMs) =>
  expect(whyWaiting({ ...free, ...lines })).toEqual({ reason, askAfterMs }),
);

test("a claim is asked for again after more than 0 ms and at most a second", () => {
  for (const held of [true, false])
    for (const inUse of [0, 5])
      for (const nextDialMs of [-1e9, 0, 1e-9, 999, 1_001, 1e9]) {
        const { askAfterMs } = whyWaiting({ ...free, held, inUse, nextDialMs });
        expect(askAfterMs).toBeGreaterThan(0);
        expect(askAfterMs).toBeLessThanOrEqual(LONGEST_WAIT_MS);
        expect(Number.isInteger(askAfterMs)).toBe(true);
      }
});

test.each<[string, Partial<LinesNow>, number]>([
  ["free lines without a pace: all of them and two more", {}, 5],
  ["full lines: two", full, 2],
  ["more calls than lines: two", { inUse: 50 }, 2],
  ["a hundred full lines: a tenth of them", { limit: 100, inUse: 100 }, 10],
  ["a pace: two seconds of it and two more", { limit: 2_000, callsPerSecond: 1 }, 4],
  ["a slow pace", { limit: 2_000, callsPerSecond: 0.1 }, 3],
  ["a pace, and full lines", { ...full, callsPerSecond: 50 }, 2],
  ["a hold: as if the lines were full", { limit: 100, held: true }, 10],
  ["many lines: no more than 200", { limit: 10_000, inUse: 0 }, 200],
])("with %s, that many runs wait", (_, lines, runs) => expect(windowOf({ ...free, ...lines })).toBe(runs));
