import { LOST_AT_RETELL, OUTCOME_UNKNOWN } from "@ringfence/domain";
import { overlap, type Span } from "../clock.ts";
import { type Invariant, startVerdict } from "./verdict.ts";

/** Claims and line changes are timed by two clocks, PostgreSQL's and ours, in ms. */
const CLOCKS_APART_MS = 50;
/** Claims may be so much closer than the pace, in ms: the schedule makes up 20 of lateness, and rounding. */
const PACE_TOLERANCE_MS = 21;

/** No claim takes a line that is not there, and Retell never has more calls of ours than lines. */
export const linesAreNeverExceeded: Invariant = ({ samples, lineChanges, simulator, calls, forgotten }) => {
  const verdict = startVerdict();
  for (const [n, { inUse, limit }] of samples.entries()) {
    const before = samples[n - 1];
    if (inUse > limit && before && before.limit === limit && inUse > before.inUse)
      verdict.breaks(`lines in use rose from ${before.inUse} to ${inUse} at a limit of ${limit}`);
  }
  const most = Math.max(...lineChanges.map(({ limit }) => limit));
  const givenUp = calls.filter(
    ({ error_message }) => error_message === OUTCOME_UNKNOWN || error_message === LOST_AT_RETELL,
  ).length;
  const over = simulator.peakConcurrency - most;
  if (over > givenUp + forgotten.length)
    verdict.breaks(`Retell had ${simulator.peakConcurrency} calls at once, lines were ${most}, given up ${givenUp}`);
  else for (let n = 0; n < over; n++) verdict.counts("calls above the lines, of calls given up");
  return verdict;
};

/** No two claims are closer than the pace in force, the higher of two around a change; none where there was no limit. */
export const thePaceIsKept: Invariant = ({ calls, lineChanges }) => {
  const verdict = startVerdict();
  const claims = calls
    .filter((row): row is typeof row & { claimed_at: number } => row.claimed_at !== null && !tookByEvidence(row))
    .sort((a, b) => a.claimed_at - b.claimed_at);
  /** The pace before this time, and those that were set around it. */
  const pacesIn = ({ from, to }: Span): number[] => [
    lineChanges.findLast((change) => change.to < from - CLOCKS_APART_MS)?.callsPerSecond ?? 0,
    ...lineChanges
      .filter((change) =>
        overlap({ from: change.from - CLOCKS_APART_MS, to: change.to + CLOCKS_APART_MS }, { from, to }),
      )
      .map(({ callsPerSecond }) => callsPerSecond),
  ];
  for (const [n, claim] of claims.entries()) {
    const next = claims[n + 1];
    if (!next) break;
    const between = { from: claim.claimed_at, to: next.claimed_at };
    const paces = pacesIn(between);
    if (paces.includes(0)) continue;
    const pace = Math.max(...paces);
    const gap = between.to - between.from;
    if (gap < 1_000 / pace - PACE_TOLERANCE_MS)
      verdict.breaks(
        `rows ${claim.id} and ${next.id} were claimed ${gap.toFixed(1)} ms apart, the pace is one in ${(1_000 / pace).toFixed(1)} ms`,
      );
  }
  return verdict;
};

/** A row that evidence set in progress was not claimed: both its times are of one statement. */
const tookByEvidence = (row: { claimed_at: number | null; dialed_at: number | null }): boolean =>
  row.claimed_at !== null && row.dialed_at !== null && Math.abs(row.dialed_at - row.claimed_at) < 0.05;
