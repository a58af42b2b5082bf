import { callsPerMinute, type Sample, timeLeft, withSample } from "./pace.ts";

/** Samples every second, `perSecond` calls ending in each. */
function watched(seconds: number, perSecond: number): Sample[] {
  let samples: Sample[] = [];
  for (let second = 0; second <= seconds; second++)
    samples = withSample(samples, { at: second * 1_000, ended: second * perSecond });
  return samples;
}

test.each([
  ["nothing was seen", 0, 1, null],
  ["too little was seen", 4, 1, null],
  ["enough was seen", 5, 1, 60],
  ["a long time was seen", 600, 2, 120],
  ["nothing ends", 60, 0, null],
])("when %s", (_what, seconds, perSecond, perMinute) =>
  expect(callsPerMinute(watched(seconds, perSecond))).toBe(perMinute),
);

test("what is longer ago than a minute does not count, nor is it kept", () => {
  const samples = watched(300, 0).map(({ at }) => ({ at, ended: at < 240_000 ? 1_000 : 1_000 + (at - 240_000) / 500 }));
  expect(samples.length).toBeLessThanOrEqual(62);
  expect(callsPerMinute(samples)).toBe(120);
});

test("after a gap, the time that passed counts", () => {
  const samples = withSample(watched(3, 1), { at: 303_000, ended: 303 });
  expect(callsPerMinute(samples)).toBe(60);
});

test("the time left", () => {
  expect(timeLeft(30, 60)).toBe(30_000);
  expect(timeLeft(30, null)).toBeNull();
});
