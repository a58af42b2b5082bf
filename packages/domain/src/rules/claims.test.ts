import { type ClaimView, LONGEST_WAIT_MS, whyRefused } from "./claims.ts";

/** The view of a claim that would be granted now. */
const free: ClaimView = {
  callStatus: "pending",
  claimNo: 3,
  retellCallId: null,
  claimedBy: "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1",
  claimAgeMs: 1_234,
  batchStatus: "in_progress",
  held: false,
  linesFull: false,
  unanswered: false,
  paceMs: -5,
};
const refused = (reason: string, retryAfterMs: number) => ({ kind: "refused", reason, retryAfterMs });
const live = { callStatus: "in_progress", retellCallId: "call_1" } as const;

test.each<[string, Partial<ClaimView>, object]>([
  ["a call that Retell has", live, { kind: "live", retellCallId: "call_1" }],
  [
    "a claim whose run died",
    { callStatus: "in_progress" },
    { kind: "interrupted", claimNo: 3, claimAgeMs: 1_234, claimedBy: free.claimedBy },
  ],
  ["a completed call", { callStatus: "completed" }, { kind: "settled", status: "completed" }],
  ["a failed call", { callStatus: "failed" }, { kind: "settled", status: "failed" }],
  ["a cancelled batch", { batchStatus: "cancelled" }, { kind: "braked" }],
  ["a completed batch", { batchStatus: "completed" }, { kind: "braked" }],
  ["a hold", { held: true }, refused("held", 1_000)],
  ["full lines", { linesFull: true }, refused("lines_full", 250)],
  ["a Retell that hangs", { unanswered: true }, refused("unanswered", 250)],
  ["the pace, a moment", { paceMs: 0.2 }, refused("pace", 1)],
  ["the pace", { paceMs: 499.1 }, refused("pace", 500)],
  ["the pace, long", { paceMs: 60_000 }, refused("pace", 1_000)],
  ["a race that was lost", {}, refused("raced", 20)],
  ["a race, to the very moment", { paceMs: 0 }, refused("raced", 20)],
])("%s", (_, view, refusal) => expect(whyRefused({ ...free, ...view })).toEqual(refusal));

const everything = { held: true, linesFull: true, paceMs: 10_000 };
test.each<[string, Partial<ClaimView>, string]>([
  ["a live call before a brake", { ...everything, ...live, batchStatus: "cancelled" }, "live"],
  ["a settled call before a brake", { ...everything, callStatus: "failed", batchStatus: "cancelled" }, "settled"],
  ["a brake before a hold", { ...everything, batchStatus: "cancelled" }, "braked"],
])("%s", (_, view, kind) => expect(whyRefused({ ...free, ...view }).kind).toBe(kind));

test.each<[Partial<ClaimView>, string]>([
  [everything, "held"],
  [{ ...everything, held: false }, "lines_full"],
  [{ paceMs: 10_000 }, "pace"],
])("a claim refused for several reasons names the longest-lasting reason: %j -> %s", (view, reason) =>
  expect(whyRefused({ ...free, ...view })).toMatchObject({ reason }),
);

test("a refused claim waits for more than 0 ms and at most a second", () => {
  for (const held of [true, false])
    for (const linesFull of [true, false])
      for (const paceMs of [-1e9, 0, 1e-9, 999, 1_001, 1e9]) {
        const refusal = whyRefused({ ...free, held, linesFull, paceMs });
        if (refusal.kind !== "refused") throw new Error(refusal.kind);
        expect(refusal.retryAfterMs).toBeGreaterThan(0);
        expect(refusal.retryAfterMs).toBeLessThanOrEqual(LONGEST_WAIT_MS);
        expect(Number.isInteger(refusal.retryAfterMs)).toBe(true);
      }
});
