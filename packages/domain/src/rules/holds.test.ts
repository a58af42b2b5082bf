import { heldReason, probeWaitMs, slowWaitMs } from "./holds.ts";

test.each([
  [0, 5_000],
  [1, 10_000],
  [2, 20_000],
  [3, 40_000],
  [4, 60_000],
  [5, 60_000],
  [1e6, 60_000],
])("after %d failed probes the next probe follows in %d ms", (failed, ms) =>
  expect(probeWaitMs("barred", failed)).toBe(ms),
);

test("a probe that may cost a candidate waits 30 s, doubled each time without a cap, so that an hour costs six", () => {
  const waits = [0, 1, 2, 3, 4, 5, 6].map((before) => probeWaitMs("unknown", before));
  expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1_920].map((seconds) => seconds * 1_000));
  expect(waits.slice(0, 6).reduce((sum, ms) => sum + ms)).toBeLessThan(3_600_000);
  expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(3_600_000);
  // However long the outage, PostgreSQL can add it to a time.
  expect(probeWaitMs("unknown", 1e6)).toBe(probeWaitMs("unknown", 20));
});

test.each([
  [0, 2_000],
  [1, 4_000],
  [2, 8_000],
  [3, 16_000],
  [4, 32_000],
  [5, 60_000],
  [6, 60_000],
  [1e6, 60_000],
])("a 429 after %d others stops dialling for %d ms", (inARow, ms) => expect(slowWaitMs(inARow)).toBe(ms));

test.each([
  [401, /RETELL_API_KEY/],
  [402, /payment/],
  [403, /permission/],
  [418, /418/],
])("the reason of a hold after %d says what to do", (status, words) =>
  expect(heldReason.barred(status)).toMatch(words),
);
