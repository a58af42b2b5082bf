import { until } from "@ringfence/testkit/until";
import { type Benchmark, pause } from "../figure.ts";
import { openFleet } from "../world/fleet.ts";
import { cpuSeconds, residentMb } from "../world/proc.ts";

const LINES = 10_000;
const WORKERS = 4;
/** How long the lines are held, and how long the workers are idle before, in s. */
const HELD_S = 60;
const IDLE_S = 30;
const PATIENCE_MS = 300_000;

/** What ten thousand calls in progress cost their workers. */
export const held: Benchmark = {
  name: "held",
  about: "memory and CPU of workers that hold 10,000 calls in progress",
  run: async (services, note) => {
    const plan = { lines: LINES, workers: WORKERS, pace: 0, calls: { ringMs: 0, talkMs: null }, workerHolds: LINES };
    const fleet = await openFleet(services, plan);
    try {
      const pids = fleet.processes.workers.map(({ child }) => child.pid!);
      const all = async (of: (pid: number) => Promise<number>) => Math.max(...(await Promise.all(pids.map(of))));
      /** CPU of each worker over so many seconds, in % of a core. */
      const cpuOver = async (seconds: number) => {
        const before = await Promise.all(pids.map(cpuSeconds));
        await pause(seconds * 1_000);
        return (await Promise.all(pids.map(cpuSeconds))).map((after, at) => (100 * (after - before[at]!)) / seconds);
      };
      await pause(5_000);
      const idle = await cpuOver(IDLE_S);
      const idleMb = await all(residentMb);
      await fleet.launch(await fleet.campaign(LINES));
      const full = async () =>
        (await fleet.sql<{ live: number }>("SELECT count(*)::int AS live FROM retell_calls WHERE placed = 'yes'"))[0]!
          .live;
      const from = performance.now();
      await until("all lines are in use", async () => (await full()) >= LINES, PATIENCE_MS);
      const filledS = (performance.now() - from) / 1_000;
      await pause(10_000);
      const used = await cpuOver(HELD_S);
      const grownMb = (await all(residentMb)) - idleMb;
      note(
        `filled in ${filledS.toFixed(0)} s, ${grownMb.toFixed(0)} MB over ${idleMb.toFixed(0)}, CPU ${used.map((u) => u.toFixed(1))} %, idle ${idle.map((u) => u.toFixed(1))} %`,
      );
      const what = `held: ${LINES} calls over ${WORKERS} workers`;
      return [
        { what: `${what}, filled`, unit: "s", value: filledS },
        { what: `${what}, memory of the largest over idle`, unit: "MB", value: grownMb, bar: "<= 150" },
        { what: `${what}, CPU of the busiest`, unit: "% of a core", value: Math.max(...used), bar: "<= 1" },
        {
          what: `${what}, CPU of the busiest over idle`,
          unit: "% of a core",
          value: Math.max(...used.map((each, at) => each - idle[at]!)),
        },
      ];
    } finally {
      await fleet.close();
    }
  },
};
