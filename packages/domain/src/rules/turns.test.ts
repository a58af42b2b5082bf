import { LOWEST_PRIORITY, priorityOf, RESUMED_PRIORITY } from "./turns.ts";

test.each<[bigint, bigint, number]>([
  [1n, 0n, 2],
  [7n, 7n, 1],
  [8n, 7n, 2],
  [6n, 7n, 1],
  [-(2n ** 62n), 2n ** 62n, 1],
  [2_097_150n, 0n, 2_097_151],
  [2_097_149n, 0n, 2_097_150],
  [2_097_151n, 0n, 2_097_151],
  [2n ** 63n - 1n, 0n, 2_097_151],
  [2n ** 60n + 4n, 2n ** 60n, 5],
])("turn %d from origin %d has priority %d", (turn, origin, priority) =>
  expect(priorityOf(turn, origin)).toBe(priority),
);

test("calls in progress go before every turn, and no priority exceeds BullMQ's range", () => {
  expect(RESUMED_PRIORITY).toBeLessThan(priorityOf(-5n, 0n));
  expect(LOWEST_PRIORITY).toBe(2 ** 21 - 1);
});
