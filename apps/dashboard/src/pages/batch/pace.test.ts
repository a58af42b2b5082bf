import type { CallCounts } from "@ringfence/domain";
import { type Look, lookOn, paceInWords, paceOf, type Sample } from "./pace.ts";

const NOW = 1_000_000;
const MINUTE = 60_000;
const counts = (ended: number, left = 60): CallCounts => ({
  pending_calls: left - 5,
  in_progress_calls: 5,
  completed_calls: ended,
  failed_calls: 7,
  cancelled_calls: 7,
});

test.each<[string, CallCounts, Sample[], number, ReturnType<typeof paceOf>]>([
  ["too early", counts(3), [], NOW - 2_000, null],
  ["nothing has ended", counts(0), [], NOW - MINUTE, null],
  ["no look yet: since the start", counts(20), [], NOW - 2 * MINUTE, { callsPerMinute: 10, msLeft: 6 * MINUTE }],
  [
    "a look of less than 10 s: since the start",
    counts(20),
    [{ at: NOW - 4_000, ended: 20 }],
    NOW - 2 * MINUTE,
    { callsPerMinute: 10, msLeft: 6 * MINUTE },
  ],
  [
    "a look of a minute",
    counts(20),
    [{ at: NOW - MINUTE, ended: 0 }],
    NOW - 60 * MINUTE,
    { callsPerMinute: 20, msLeft: 3 * MINUTE },
  ],
  [
    "what is older than three minutes is forgotten",
    counts(20),
    [
      { at: NOW - 10 * MINUTE, ended: 1 },
      { at: NOW - 2 * MINUTE, ended: 0 },
    ],
    NOW - 60 * MINUTE,
    { callsPerMinute: 10, msLeft: 6 * MINUTE },
  ],
  [
    "nothing ended of late",
    counts(20),
    [{ at: NOW - MINUTE, ended: 20 }],
    NOW - 60 * MINUTE,
    { callsPerMinute: 0, msLeft: null },
  ],
  [
    "nothing is left",
    counts(20, 5 - 5),
    [{ at: NOW - MINUTE, ended: 0 }],
    NOW - 60 * MINUTE,
    { callsPerMinute: 20, msLeft: 0 },
  ],
  [
    "a correction that takes back an ended call",
    counts(19),
    [{ at: NOW - MINUTE, ended: 20 }],
    NOW - 60 * MINUTE,
    { callsPerMinute: 0, msLeft: null },
  ],
])("%s", (_, figures, samples, startedAt, expected) => {
  expect(paceOf(figures, { since: startedAt, samples }, NOW)).toEqual(expected);
});

test("after a break the pace counts from its end, and is measured for 10 s before it is told", () => {
  const before = { since: NOW - 60 * MINUTE, samples: [{ at: NOW - MINUTE, ended: 10 }] };
  const broken = [NOW - 3_000, NOW].reduce<Look>((look, at) => lookOn(look, { at, ended: 12 }, true), before);
  expect(broken).toEqual({ since: NOW, samples: [{ at: NOW, ended: 12 }] });
  const after = lookOn(broken, { at: NOW + 9_000, ended: 15 }, false);
  expect(paceOf(counts(15), after, NOW + 9_000)).toBeNull();
  expect(paceOf(counts(17), after, NOW + 15_000)).toEqual({ callsPerMinute: 20, msLeft: 3 * MINUTE });
});

test("samples are a second apart, and none is older than three minutes", () => {
  const times = Array.from({ length: 1_000 }, (_, n) => NOW + n * 400);
  const { since, samples } = times.reduce<Look>((look, at) => lookOn(look, { at, ended: 0 }, false), {
    since: NOW,
    samples: [],
  });
  expect(since).toBe(NOW);
  expect(samples.length).toBeLessThanOrEqual(3 * 60 + 1);
  expect(samples[0]!.at).toBeGreaterThanOrEqual(times.at(-1)! - 3 * MINUTE);
});

test.each([
  [0, "0"],
  [0.42, "0.4"],
  [9.96, "10"],
  [12.3, "12"],
  [1_200, "1,200"],
])("%d a minute is %s", (pace, words) => {
  expect(paceInWords(pace)).toBe(words);
});
