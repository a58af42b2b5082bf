import { until } from "@ringfence/testkit/until";
import { type Benchmark, medianOf, ROUNDS } from "../figure.ts";
import { openFleet } from "../world/fleet.ts";

const LINES = 3_000;
const PATIENCE_MS = 180_000;

/** How fast one worker fills many lines. */
export const fill: Benchmark = {
  name: "fill",
  about: "how long one worker takes to fill 3,000 lines, and how many of its claims go stale",
  run: (services, note) =>
    medianOf(ROUNDS, async () => {
      const calls = { ringMs: 0, talkMs: null };
      const fleet = await openFleet(services, { lines: LINES, workers: 1, pace: 0, calls, workerHolds: LINES + 500 });
      try {
        await fleet.launch(await fleet.campaign(LINES + 500));
        const full = async () =>
          (await fleet.sql<{ live: number }>("SELECT count(*)::int AS live FROM retell_calls WHERE placed = 'yes'"))[0]!
            .live;
        await until("all lines are in use", async () => (await full()) >= LINES, PATIENCE_MS);
        const [row] = await fleet.sql<{ s: number; stale: number }>(
          `SELECT extract(epoch FROM max(c.dialed_at) - min(b.created_at))::float8 AS s, (count(*) FILTER (WHERE claim_no > 1))::int AS stale
           FROM retell_calls c, retell_batch_calls b WHERE c.claim_no > 0`,
        );
        note(`${LINES} lines full after ${row!.s.toFixed(1)} s, ${row!.stale} claims stale`);
        const what = `fill: ${LINES} lines, one worker, no pace`;
        return [
          { what, unit: "s", value: row!.s, bar: "<= 30" },
          { what: `${what}, claims released`, unit: "claims", value: row!.stale, bar: "<= 0" },
        ];
      } finally {
        await fleet.close();
      }
    }),
};
