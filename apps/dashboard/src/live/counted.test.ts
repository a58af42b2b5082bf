import { mayBeOlder } from "./counted.ts";

const NOW = 1_000_000;

test.each([
  ["the answer arrived before the count began", { dataUpdatedAt: NOW - 900, fetchStatus: "idle" }, 800, false],
  ["the answer arrived during the count", { dataUpdatedAt: NOW - 700, fetchStatus: "idle" }, 800, true],
  ["another answer is under way", { dataUpdatedAt: NOW - 900, fetchStatus: "fetching" }, 800, true],
] as const)("%s", (_what, state, ageMs, older) => expect(mayBeOlder(state, ageMs, NOW)).toBe(older));
