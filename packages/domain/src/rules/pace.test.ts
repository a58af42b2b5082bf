import type { CallCounts } from "../contract/http/calls.ts";
import { type Look, lookFrom, lookOn, paceInWords, paceOf, roughly, type Sample } from "./pace.ts";

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
  expect(paceOf(figures, { since: { at: startedAt, ended: 0 }, samples }, NOW)).toEqual(expected);
});

test("after a break the pace counts from its end, and is measured for 10 s before it is shown", () => {
  const before = { since: { at: NOW - 60 * MINUTE, ended: 0 }, samples: [{ at: NOW - MINUTE, ended: 10 }] };
  const broken = [NOW - 3_000, NOW].reduce<Look>((look, at) => lookOn(look, { at, ended: 12 }, true), before);
  expect(broken).toEqual({ since: { at: NOW, ended: 12 }, samples: [{ at: NOW, ended: 12 }] });
  const after = lookOn(broken, { at: NOW + 9_000, ended: 15 }, false);
  expect(paceOf(counts(15), after, NOW + 9_000)).toBeNull();
  expect(paceOf(counts(17), after, NOW + 15_000)).toEqual({ callsPerMinute: 20, msLeft: 3 * MINUTE });
});

test("a watcher who returns long after a break counts only calls that ended since the break", () => {
  const broken = lookOn(lookFrom({ at: NOW - 60 * MINUTE, ended: 0 }), { at: NOW, ended: 1_000 }, true);
  expect(paceOf(counts(1_040), broken, NOW + 4 * MINUTE)).toEqual({ callsPerMinute: 10, msLeft: 6 * MINUTE });
});

test("a watcher who knows of no start measures from the first look", () => {
  const first: Sample = { at: NOW, ended: 500 };
  const look = lookOn(lookFrom(first), first, false);
  expect(paceOf(counts(502), look, NOW + 9_000)).toBeNull();
  expect(paceOf(counts(502), look, NOW + 12_000)).toEqual({ callsPerMinute: 10, msLeft: 6 * MINUTE });
});

test("samples are a second apart, and none is older than three minutes", () => {
  const times = Array.from({ length: 1_000 }, (_, n) => NOW + n * 400);
  const start: Sample = { at: NOW, ended: 0 };
  const { since, samples } = times.reduce<Look>((look, at) => lookOn(look, { at, ended: 0 }, false), lookFrom(start));
  expect(since).toBe(start);
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

test.each([
  [0, "under a minute"],
  [60_000, "under a minute"],
  [60_001, "about 2 min"],
  [59 * 60_000, "about 59 min"],
  [59.5 * 60_000, "about 1 h"],
  [200 * 60_000, "about 3 h 20 min"],
  [47.5 * 3_600_000, "about 47 h 30 min"],
  [72 * 3_600_000, "about 3 days"],
])("%d ms are %s", (ms, words) => {
  expect(roughly(ms)).toBe(words);
});
