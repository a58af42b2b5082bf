import { seededRandom } from "./random.ts";

test("the same seed throws the same, another seed something else", () => {
  const throws = (seed: string) => Array.from({ length: 50 }, () => seededRandom(seed)).map((r) => r.next());
  const series = (seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => random.next());
  };
  expect(series("a")).toEqual(series("a"));
  expect(series("a")).not.toEqual(series("b"));
  expect(new Set(series("a")).size).toBe(50);
  expect(new Set(throws("a")).size).toBe(1);
});

test("whole numbers reach both ends and nothing beyond", () => {
  const random = seededRandom("ends");
  const thrown = new Set(Array.from({ length: 500 }, () => random.whole(3, 6)));
  expect([...thrown].sort()).toEqual([3, 4, 5, 6]);
});

test("a chance comes as often as it should", () => {
  const random = seededRandom("chance");
  const came = Array.from({ length: 2_000 }, () => random.chance(0.2)).filter(Boolean).length;
  expect(came).toBeGreaterThan(300);
  expect(came).toBeLessThan(500);
});
