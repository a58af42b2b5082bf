import { type Benchmark, type Figure, medianOf, pause, ROUNDS } from "../figure.ts";
import { openFleet } from "../world/fleet.ts";

const CASES: readonly [lines: number, workers: number, pace: number][] = [
  [20, 1, 10],
  [100, 1, 10],
  [500, 2, 30],
  [2_000, 2, 50],
  [2_000, 4, 50],
  [5, 1, 1],
];
/** The time after the launch that is not measured, and the time that is, in s. */
const AFTER_S = 3;
const FOR_S = 10;
/** The part of the lines that calls take up while the pace is reached, so that lines do not bind. */
const USED_PART = 0.6;
/** Longest call, in ms. */
const LONGEST_MS = 60_000;

/** Dials a second that are reached, of those asked for; and commits a second while the pace is slow. */
export const pace: Benchmark = {
  name: "pace",
  about: "dials a second reached, of those asked for, and commits a second of a slow pace on many lines",
  run: async (services, note) => {
    const figures: Figure[] = [];
    for (const [lines, workers, asked] of CASES) {
      const made = await medianOf(ROUNDS, async () => {
        const talkMs = Math.min(LONGEST_MS, (USED_PART * lines * 1_000) / asked);
        const fleet = await openFleet(services, { lines, workers, pace: asked, calls: { ringMs: 0, talkMs } });
        try {
          await fleet.launch(await fleet.campaign(Math.ceil(asked * (AFTER_S + FOR_S + 5))));
          await pause((AFTER_S + FOR_S + 1) * 1_000);
          const [row] = await fleet.sql<{ claims: number; closest: number }>(
            `SELECT count(*)::int AS claims, coalesce(min(gap), 0)::float8 AS closest FROM (
               SELECT claimed_at, extract(epoch FROM claimed_at - lag(claimed_at) OVER (ORDER BY claimed_at)) * 1000 AS gap
               FROM retell_calls WHERE claimed_at IS NOT NULL) c,
               (SELECT min(created_at) AS at FROM retell_batch_calls) b
             WHERE claimed_at > b.at + make_interval(secs => $1) AND claimed_at <= b.at + make_interval(secs => $2)`,
            [AFTER_S, AFTER_S + FOR_S],
          );
          const of = `${lines} lines, ${workers} worker${workers > 1 ? "s" : ""}, asked ${asked} a second`;
          note(`${of}: ${row!.claims / FOR_S}, closest ${row!.closest.toFixed(0)} ms`);
          return [
            {
              what: `pace: ${of}`,
              unit: "dials/s",
              value: row!.claims / FOR_S,
              bar: `>= ${(asked * 0.97).toFixed(2)}`,
            },
          ];
        } finally {
          await fleet.close();
        }
      });
      figures.push(...made);
    }
    figures.push(...(await medianOf(ROUNDS, () => commits(services))));
    return figures;
  },
};

/** Commits a second and worker at one dial a second on 2,000 lines, no page open. */
async function commits(services: Parameters<Benchmark["run"]>[0]): Promise<Figure[]> {
  const workers = 2;
  const fleet = await openFleet(services, { lines: 2_000, workers, pace: 1, calls: { ringMs: 0, talkMs: LONGEST_MS } });
  try {
    await fleet.launch(await fleet.campaign(200));
    await pause(AFTER_S * 1_000);
    const count = async () =>
      (
        await fleet.sql<{ n: number }>(
          "SELECT xact_commit::float8 AS n FROM pg_stat_database WHERE datname = current_database()",
        )
      )[0]!.n;
    const before = await count();
    await pause(FOR_S * 1_000);
    const value = ((await count()) - before) / FOR_S / workers;
    return [
      { what: `commits: 2,000 lines at 1 a second, ${workers} workers`, unit: "commits/s/worker", value, bar: "<= 20" },
    ];
  } finally {
    await fleet.close();
  }
}
