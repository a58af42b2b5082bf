import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "@ringfence/testkit/until";
import pg from "pg";
import { type Benchmark, FROM_PART, medianOf, pause, ROUNDS, TO_PART } from "../figure.ts";
import { type FleetPlan, openFleet, type Services } from "../world/fleet.ts";
import { cpuSeconds } from "../world/proc.ts";

const CALLS = 6_000;
const PLAN: FleetPlan = { lines: 200, workers: 2, pace: 0, calls: { ringMs: 0, talkMs: 0 } };
/** A slow disk, without one: PostgreSQL waits this long before each commit, in us (postgresql.org/docs, commit_delay). */
const SLOW_COMMITS = { commit_delay: "5000", commit_siblings: "0" };
/** How long a transaction with an old snapshot is open, in s. */
const SNAPSHOT_S = 120;
/** Longest run, in ms. */
const PATIENCE_MS = 300_000;
const WHAT = `dispatch: ${PLAN.lines} lines, ${PLAN.workers} workers, calls of zero length`;

/** Calls of zero length a second, and a bare BullMQ worker that posts the same. */
export const dispatch: Benchmark = {
  name: "dispatch",
  about: "calls of zero length a second, beside a bare BullMQ worker that posts the same",
  run: (services, note) =>
    medianOf(ROUNDS, async () => {
      const { rate, bare } = await measure(services, PLAN, note);
      return [{ what: WHAT, unit: "calls/s", value: rate, bare, bar: "ratio >= 0.15" }];
    }),
};

/** The same while every commit takes 5 ms longer. */
export const slowCommits: Benchmark = {
  name: "commits",
  about: "the same with commit_delay 5 ms",
  run: (services, note) =>
    medianOf(ROUNDS, async () => {
      const { rate } = await measure(services, { ...PLAN, postgres: SLOW_COMMITS }, note, false);
      return [{ what: `${WHAT}, commit_delay 5 ms`, unit: "calls/s", value: rate, bar: ">= 150" }];
    }),
};

/** The same beside a transaction with an old snapshot, such as a dump. */
export const snapshot: Benchmark = {
  name: "snapshot",
  about: "the rate of calls of zero length beside a REPEATABLE READ transaction of two minutes",
  run: async (services, note) => {
    const fleet = await openFleet(services, PLAN);
    const analyst = new pg.Client({ connectionString: fleet.databaseUrl });
    try {
      await analyst.connect();
      await fleet.launch(await fleet.campaign(60_000));
      await pause(5_000);
      const done = async () =>
        (await fleet.sql<{ n: number }>("SELECT completed_calls AS n FROM retell_batch_calls"))[0]!.n;
      const rateOver = async (seconds: number) => {
        const [before, from] = [await done(), performance.now()];
        await pause(seconds * 1_000);
        return ((await done()) - before) / ((performance.now() - from) / 1_000);
      };
      const before = await rateOver(20);
      await analyst.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM lines");
      await pause((SNAPSHOT_S - 20) * 1_000);
      const beside = await rateOver(20);
      note(`${before.toFixed(0)} calls/s before, ${beside.toFixed(0)} beside`);
      const what = `dispatch beside a snapshot of ${SNAPSHOT_S} s, part of the rate before`;
      return [{ what, unit: "%", value: (100 * beside) / before, bar: ">= 70" }];
    } finally {
      await analyst.end();
      await fleet.close();
    }
  },
};

/** Runs so many calls through a fleet, then the same posts through a bare worker on the same simulator. */
async function measure(services: Services, plan: FleetPlan, note: (line: string) => void, withBare = true) {
  const fleet = await openFleet(services, plan);
  try {
    const { api, workers, simulator } = fleet.processes;
    const cpu = () => Promise.all([api, simulator, ...workers].map(({ child }) => cpuSeconds(child.pid!)));
    const campaign = await fleet.campaign(CALLS);
    const before = await cpu();
    await fleet.launch(campaign);
    await until("all calls have ended", () => ended(fleet), PATIENCE_MS);
    const after = await cpu();
    const [{ rate } = { rate: 0 }] = await fleet.sql<{ rate: number }>(
      `SELECT ($2::float8 - $1::float8) * count(*) / extract(epoch FROM percentile_disc($2) WITHIN GROUP (ORDER BY news_at)
         - percentile_disc($1) WITHIN GROUP (ORDER BY news_at))::float8 AS rate FROM retell_calls`,
      [FROM_PART, TO_PART],
    );
    const per = (at: number) => ((((after[at] ?? 0) - (before[at] ?? 0)) * 1_000) / CALLS).toFixed(2);
    const bare = withBare ? await bareRate(services, fleet.simulatorUrl) : Number.NaN;
    note(
      `${rate.toFixed(0)} calls/s, bare ${bare.toFixed(0)}; CPU ms a call: API ${per(0)}, simulator ${per(1)}, workers ${per(2)} + ${per(3)}`,
    );
    return { rate, bare };
  } finally {
    await fleet.close();
  }
}

const ended = async (fleet: Awaited<ReturnType<typeof openFleet>>): Promise<boolean> =>
  (await fleet.sql<{ done: boolean }>("SELECT completed_at IS NOT NULL AS done FROM retell_batch_calls"))[0]!.done;

/** Posts a second of a worker process with BullMQ and fetch alone. */
async function bareRate(services: Services, simulatorUrl: string): Promise<number> {
  const script = fileURLToPath(new URL("bare-worker.js", import.meta.url));
  const child = fork(script, [services.redisUrl, simulatorUrl, String(CALLS), String(PLAN.lines)]);
  const [rate] = (await once(child, "message")) as [number];
  await once(child, "exit");
  return rate;
}
