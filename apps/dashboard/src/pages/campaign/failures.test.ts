import type { ReasonCount } from "../../api/types.ts";
import { failuresOf } from "./failures.ts";

const failed = (reason: string | null, calls: number): ReasonCount => ({ call_status: "failed", reason, calls });

test("the most frequent reasons are named, all others are one sum, whether the API named them or not", () => {
  const reasons = [
    failed("a", 1),
    failed("b", 5),
    failed(null, 3),
    { ...failed("c", 9), call_status: "completed" as const },
  ];
  expect(failuresOf([...reasons, failed("Batch cancelled by user", 25)], 2, 20)).toEqual({
    named: [
      { reason: "b", calls: 5 },
      { reason: "no reason given", calls: 3 },
    ],
    others: 12,
  });
});

test("figures read a moment apart make no negative sum", () => {
  expect(failuresOf([failed("a", 3)], 2, 2).others).toBe(0);
});
