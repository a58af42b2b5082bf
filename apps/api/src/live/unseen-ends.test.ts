import type { BatchView } from "@ringfence/domain";
import { createUnseenEnds } from "./unseen-ends.ts";

/** Polls a second apart: how many calls have ended by the figures, and how many were seen to end. */
function looks(...each: [ended: number, seen: number][]): boolean[] {
  const unseen = createUnseenEnds();
  return each.map(([ended, seen], n) =>
    unseen.missed({ id: "b", completed_calls: ended, failed_calls: 0 } as BatchView, seen, n * 1_000 + 10_000),
  );
}

test("calls that were seen to end are not counted as missed, whichever of the two is read first", () => {
  expect(looks([5, 0], [7, 2], [7, 0], [9, 1], [9, 1], [9, 0], [9, 1], [10, 0], [10, 0])).not.toContain(true);
});

test("an unseen end is reported in the second poll, once", () => {
  expect(looks([0, 0], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0])).toEqual([
    false,
    false,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test("many unseen ends are reported at most every four seconds, and none is lost", () => {
  const told = looks(...Array.from({ length: 12 }, (_, n) => [Math.min(n, 9), 0] as [number, number]));
  expect(told.map((each, n) => (each ? n : null)).filter((n) => n !== null)).toEqual([2, 6, 10]);
});
