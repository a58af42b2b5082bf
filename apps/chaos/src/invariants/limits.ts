import { LOST_AT_RETELL, OUTCOME_UNKNOWN } from "@ringfence/domain";
import { overlap, type Span } from "../clock.ts";
import { type Invariant, startVerdict } from "./verdict.ts";

/** Claims and line changes are timed by two clocks, PostgreSQL's and ours, in ms. */
const CLOCKS_APART_MS = 50;
/** Claims may be so much closer than the pace, in ms: rounding. */
const PACE_TOLERANCE_MS = 1;
/** A statement that lifts a hold takes effect within this time of being sent, in ms. */
const RESUME_MS = 3_000;

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

/** No two claims are closer than the pace in force; around a change that pulls the next dial to now there is none. */
export const thePaceIsKept: Invariant = ({ calls, lineChanges, resumes }) => {
  const verdict = startVerdict();
  const claims = calls
    .filter((row): row is typeof row & { claimed_at: number } => row.claimed_at !== null && !tookByEvidence(row))
    .sort((a, b) => a.claimed_at - b.claimed_at);
  const pulls: Span[] = [
    ...lineChanges.map(({ from, to }) => ({ from: from - CLOCKS_APART_MS, to: to + CLOCKS_APART_MS })),
    ...resumes.map((at) => ({ from: at - CLOCKS_APART_MS, to: at + RESUME_MS })),
  ];
  for (const [n, claim] of claims.entries()) {
    const next = claims[n + 1];
    if (!next) break;
    const between = { from: claim.claimed_at, to: next.claimed_at };
    if (pulls.some((pull) => overlap(pull, between))) continue;
    const pace = lineChanges.findLast(({ to }) => to < between.from)?.callsPerSecond ?? 0;
    if (pace === 0) continue;
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
