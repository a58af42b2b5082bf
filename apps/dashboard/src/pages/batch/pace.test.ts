import type { Batch } from "../../api/types.ts";
import { paceOf, remember } from "./pace.ts";

const START = Date.parse("2026-11-25T10:00:00Z");
const batch = (changes: Partial<Batch>): Batch => ({
  id: "b",
  campaign_id: "c",
  status: "in_progress",
  total_candidates: 100,
  pending_calls: 60,
  in_progress_calls: 5,
  completed_calls: 30,
  failed_calls: 5,
  cancelled_calls: 0,
  created_at: new Date(START).toISOString(),
  completed_at: null,
  cancelled_at: null,
  ...changes,
});

test("since the launch, until the page has looked long enough", () => {
  const now = START + 5 * 60_000;
  expect(paceOf(batch({}), [{ at: now - 5_000, ended: 35 }], now)).toEqual({ perMinute: 7, leftMs: (65 / 7) * 60_000 });
});

test("over what the page saw", () => {
  const now = START + 5 * 60_000;
  expect(paceOf(batch({}), [{ at: now - 60_000, ended: 25 }], now)).toEqual({ perMinute: 10, leftMs: 6.5 * 60_000 });
});

test("nothing has ended: nothing is said", () => {
  const early = batch({ completed_calls: 0, failed_calls: 0 });
  expect(paceOf(early, [], START + 30_000)).toEqual({ perMinute: null, leftMs: null });
  const standing = [{ at: START, ended: 35 }];
  expect(paceOf(batch({}), standing, START + 60_000)).toEqual({ perMinute: null, leftMs: null });
});

test("a cancelled call is no call made, and a stopped batch has no time left", () => {
  const stopped = batch({ status: "cancelled", failed_calls: 65, cancelled_calls: 60, pending_calls: 0 });
  expect(paceOf(stopped, [], START + 5 * 60_000)).toEqual({ perMinute: 7, leftMs: null });
});

test("an ended batch keeps the pace it had", () => {
  const ended = batch({
    completed_calls: 95,
    pending_calls: 0,
    in_progress_calls: 0,
    status: "completed",
    completed_at: new Date(START + 10 * 60_000).toISOString(),
  });
  expect(paceOf(ended, [], START + 3_600_000)).toEqual({ perMinute: 10, leftMs: null });
});

test("samples are kept for a minute", () => {
  const kept = remember(
    [
      { at: 0, ended: 1 },
      { at: 50_000, ended: 2 },
    ],
    { at: 70_000, ended: 3 },
  );
  expect(kept).toEqual([
    { at: 50_000, ended: 2 },
    { at: 70_000, ended: 3 },
  ]);
});
