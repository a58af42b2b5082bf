import { type Benchmark, type Figure, medianOf, pause, quantile, ROUNDS } from "../figure.ts";
import { ANALYSIS_MS, openFleet, type Services } from "../world/fleet.ts";

/** The time after the launch that is not measured, and the time that is, in s. */
const AFTER_S = 4;
const FOR_S = 20;

/** What is asked of a case. */
const CASES: readonly { lines: number; shortestMs: number; longestMs: number; worstMs: number }[] = [
  { lines: 50, shortestMs: 1_000, longestMs: 3_000, worstMs: 300 },
  { lines: 5, shortestMs: 2_000, longestMs: 2_000, worstMs: 300 },
];
const P95_MS = 40;
const USED_PERCENT = 98;

/** What the simulator saw. Times in unix ms. */
interface Ledger {
  creates: { at: number; accepted: boolean }[];
  calls: { start_timestamp?: number; end_timestamp?: number }[];
}

/** The time between the end of a call and the next dial, and how much of the lines is used. */
export const refill: Benchmark = {
  name: "refill",
  about: "the time between an end and the next dial, and the use of the lines",
  run: async (services, note) => {
    const figures: Figure[] = [];
    for (const each of CASES) figures.push(...(await medianOf(ROUNDS, () => gaps(services, each, note))));
    return figures;
  },
};

async function gaps(
  services: Services,
  { lines, shortestMs, longestMs, worstMs }: (typeof CASES)[number],
  note: (line: string) => void,
): Promise<Figure[]> {
  const fleet = await openFleet(services, { lines, workers: 1, pace: 0, calls: { ringMs: 0, talkMs: shortestMs } });
  try {
    const calls = Math.ceil((lines * (AFTER_S + FOR_S + 5) * 1_000) / shortestMs);
    const byNumber = Object.fromEntries(
      Array.from({ length: calls }, (_, n) => {
        const talkMs = shortestMs + ((n * 7919) % (longestMs - shortestMs + 1));
        return [`+1${4_150_000_000 + n}`, { reason: "user_hangup", ringMs: 0, talkMs, analyzeMs: ANALYSIS_MS }];
      }),
    );
    await fleet.simulator("POST", "/outcomes", { byNumber });
    await fleet.launch(await fleet.campaign(calls));
    const launchedAt = Date.now();
    await pause((AFTER_S + FOR_S) * 1_000);
    const { creates, calls: seen } = await fleet.simulator<Ledger>("GET", "/state");
    const dials = creates
      .filter(({ accepted }) => accepted)
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    const ends = seen.flatMap(({ end_timestamp: end }) => (end ? [end] : [])).sort((a, b) => a - b);
    // With all lines full, the nth end lets the dial after the first `lines` ones go.
    const from = launchedAt + AFTER_S * 1_000;
    const waits = ends.flatMap((end, n) => {
      const dial = dials[lines + n];
      return dial === undefined || end < from ? [] : [dial - end];
    });
    const to = ends.at(-1)!;
    const talked = seen.reduce(
      (sum, { start_timestamp: start, end_timestamp: end }) =>
        start ? sum + Math.max(0, Math.min(end ?? to, to) - Math.max(start, from)) : sum,
      0,
    );
    const used = (100 * talked) / (lines * (to - from));
    const what = `refill: ${lines} lines, calls of ${shortestMs / 1_000} to ${longestMs / 1_000} s`;
    const [p50, p95, worst] = [quantile(waits, 0.5), quantile(waits, 0.95), Math.max(...waits)];
    note(`${what}: p50 ${p50} ms, p95 ${p95} ms, worst ${worst} ms of ${waits.length}, used ${used.toFixed(1)} %`);
    return [
      { what: `${what}, p95`, unit: "ms", value: p95, bar: `<= ${P95_MS}` },
      { what: `${what}, worst`, unit: "ms", value: worst, bar: `<= ${worstMs}` },
      { what: `${what}, use of the lines`, unit: "%", value: used, bar: `>= ${USED_PERCENT}` },
    ];
  } finally {
    await fleet.close();
  }
}
