import { setMaxListeners } from "node:events";
import { now, sleep } from "../clock.ts";
import { judge } from "../invariants/all.ts";
import { WORKERS } from "../plan/orders.ts";
import type { Plan } from "../plan/plan.ts";
import type { Times } from "../plan/timings.ts";
import type { LagWatch } from "../world/event-loop-lag.ts";
import type { World } from "../world/world.ts";
import { carryOut } from "./carry-out.ts";
import * as client from "./client-orders.ts";
import { untilAtRest } from "./rest.ts";
import { takeSnapshot } from "./snapshot.ts";
import { startTimeline, type Timeline } from "./timeline.ts";
import { type Counts, noCounts, type TrialState } from "./trial-state.ts";

/** How long the last orders may work before everything is lifted, in true ms. */
const LAST_ORDERS_MS = 20_000;
/** Lines with which what remains is called at the end; no plan has more. */
const FINAL_LIMIT = 15;
/** How long a world may take to come to rest: for slow machines, and for the product's own longest waits, in true ms. */
const REST_MS = { machine: 25_000, product: 900_000 };
const SAMPLE_EVERY_MS = 40;

/** What became of a trial. */
export interface TrialResult {
  plan: Plan;
  broken: { invariant: string; what: string }[];
  odd: Record<string, number>;
  counts: Counts;
  dials: number;
  ms: number;
  timeline: Timeline;
}

/** Runs one plan in a world that is at rest, lifts all faults, lets it come to rest, and judges it. */
export async function runTrial(
  world: World,
  plan: Plan,
  times: Times,
  { lagWatch, signal }: { lagWatch: LagWatch; signal: AbortSignal },
): Promise<TrialResult> {
  world.inUse.clear();
  for (const who of ["simulator", "api", ...WORKERS.slice(0, plan.workers)] as const) world.inUse.add(who);
  await world.restore();

  const lift = new AbortController();
  // Every blow of the trial waits for it.
  setMaxListeners(0, lift.signal);
  const timeline = startTimeline();
  const state: TrialState = {
    plan,
    world,
    times,
    timeline,
    lifted: AbortSignal.any([lift.signal, signal]),
    campaigns: [],
    receipts: [],
    holds: [],
    lineChanges: [],
    samples: [],
    complaints: [],
    counts: noCounts(),
  };
  const callsPerSecond = plan.callsPerSecond / times.scale;
  state.lineChanges.push({ limit: plan.limit, callsPerSecond, from: 0, to: 0 });
  await client.changeLines(state, { limit: plan.limit, callsPerSecond });
  await client.resume(state);
  for (const numbers of plan.campaigns) await client.createCampaign(state, numbers);

  const stopSampling = sampleLines(state);
  let notAtRest: string | null = null;
  try {
    await followPlan(state, lift, signal);
    await world.restore();
    timeline.note("everything is lifted");
    await client.changeLines(state, { limit: FINAL_LIMIT, callsPerSecond: 0 });
    await client.resume(state);
    await client.endHolds(state);
    const patience = REST_MS.machine + times.ms(REST_MS.product);
    notAtRest = await untilAtRest(world, patience, signal);
    if (plan.finish && notAtRest === null) {
      for (const [nth] of plan.campaigns.entries()) {
        await client.activate(state, nth);
        await client.launch(state, nth, "undialed");
      }
      notAtRest = await untilAtRest(world, patience, signal);
    }
    timeline.note(notAtRest ?? "at rest");
  } finally {
    await stopSampling();
  }

  const lags = lagWatch.since(timeline.startedAt);
  const snapshot = await takeSnapshot(state, { notAtRest, lags, finished: plan.finish && notAtRest === null });
  return {
    plan,
    ...judge(snapshot),
    counts: state.counts,
    dials: snapshot.simulator.dials,
    ms: now() - timeline.startedAt,
    timeline,
  };
}

/** Carries out every step at its time, then lifts what still stands and waits for what clients still ask. */
async function followPlan(state: TrialState, lift: AbortController, signal: AbortSignal): Promise<void> {
  const { plan, times } = state;
  const last = Math.max(...plan.steps.map(({ atMs }) => atMs));
  // Two changes of the lines at once would leave nobody knowing which rules.
  let lines: Promise<unknown> = Promise.resolve();
  const work = plan.steps.map(async ({ atMs, order }) => {
    await sleep(times.ms(atMs), undefined, { signal });
    if (order.kind !== "lines" && order.kind !== "resume") return await carryOut(state, order);
    lines = lines.then(() => carryOut(state, order));
    await lines;
  });
  const steps = Promise.all(
    work.map((step, n) =>
      step.catch((error: Error) => {
        signal.throwIfAborted();
        state.complaints.push(`step ${n} (${plan.steps[n]!.order.kind}) failed: ${error.stack}`);
      }),
    ),
  );
  steps.catch(() => undefined); // it is waited for below, unless the run is ended first
  await sleep(times.ms(last + LAST_ORDERS_MS), undefined, { signal });
  lift.abort();
  // Wires that are cut or held would keep the clients waiting that `restore` is to wait for.
  await state.world.restore();
  await steps;
}

/** Looks at the lines again and again. Returns what ends it. */
function sampleLines({ world, samples }: TrialState): () => Promise<void> {
  let ended = false;
  const looking = (async () => {
    while (!ended) {
      const [row] = await world
        .sql<{ inUse: number; limit: number }>(`SELECT in_use AS "inUse", line_limit AS "limit" FROM lines`)
        .catch(() => []);
      if (row) samples.push(row);
      await sleep(SAMPLE_EVERY_MS);
    }
  })();
  return async () => {
    ended = true;
    await looking;
  };
}
