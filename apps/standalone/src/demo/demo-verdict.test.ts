import { findDifferences, type Seen } from "./demo-verdict.ts";

const counts = { pending_calls: 0, completed_calls: 5, failed_calls: 25, cancelled_calls: 25 };
const right = (): Seen => ({
  receipt: { ...counts, completed_calls: 0, in_progress_calls: 5, cancelled_now: 25 },
  batch: { ...counts, in_progress_calls: 0, status: "cancelled", total_candidates: 30 },
  dialsPerCall: { a: 1, b: 1, c: 1, d: 1, e: 1 },
});

test("expected figures give no difference", () => {
  expect(findDifferences(right())).toEqual([]);
});

const wrongs: [string, (seen: Seen) => unknown][] = [
  ["receipt: cancelled_now is 24, expected 25", ({ receipt }) => (receipt.cancelled_now = 24)],
  ["receipt: in_progress_calls is 6, expected 5", ({ receipt }) => (receipt.in_progress_calls = 6)],
  ["receipt: pending_calls is 1, expected 0", ({ receipt }) => (receipt.pending_calls = 1)],
  ["batch: status is in_progress, expected cancelled", ({ batch }) => (batch.status = "in_progress")],
  ["batch: total_candidates is 29, expected 30", ({ batch }) => (batch.total_candidates = 29)],
  ["batch: completed_calls is 4, expected 5", ({ batch }) => (batch.completed_calls = 4)],
  ["batch: failed_calls is 26, expected 25", ({ batch }) => (batch.failed_calls = 26)],
  ["batch: cancelled_calls is 24, expected 25", ({ batch }) => (batch.cancelled_calls = 24)],
  ["batch: in_progress_calls is 1, expected 0", ({ batch }) => (batch.in_progress_calls = 1)],
  ["batch: pending_calls is 1, expected 0", ({ batch }) => (batch.pending_calls = 1)],
  ["ledger: 6 calls dialled, expected 5", ({ dialsPerCall }) => (dialsPerCall.f = 1)],
  ["ledger: 4 calls dialled, expected 5", ({ dialsPerCall }) => delete dialsPerCall.e],
  ["ledger: call b was dialled 2 times, expected once", ({ dialsPerCall }) => (dialsPerCall.b = 2)],
];

test.each(wrongs)("%s", (difference, spoil) => {
  const seen = right();
  spoil(seen);
  expect(findDifferences(seen)).toEqual([difference]);
});
