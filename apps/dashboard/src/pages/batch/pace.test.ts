import type { CallCounts } from "@ringfence/domain";
import { paceInWords, paceOf, type Sample } from "./pace.ts";

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
  expect(paceOf(figures, samples, startedAt, NOW)).toEqual(expected);
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
