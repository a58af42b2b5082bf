import type { SimulatorState } from "@ringfence/simulator";
import { now, sleep } from "../clock.ts";
import type { World } from "../world/world.ts";

/** A delivery is given up after so many attempts. */
const MOST_ATTEMPTS = 4;
const LOOK_EVERY_MS = 60;

/** What is still under way in a world, in words; null = it is at rest. */
export async function underWay(world: World): Promise<string | null> {
  const [row] = await world.sql<{ pending: number; in_progress: number }>(
    `SELECT (count(*) FILTER (WHERE call_status = 'pending'))::int AS pending,
       (count(*) FILTER (WHERE call_status = 'in_progress'))::int AS in_progress FROM retell_calls`,
  );
  if (row!.pending + row!.in_progress > 0)
    return `calls are not terminal: ${row!.pending} pending, ${row!.in_progress} in progress`;
  const jobs = Object.entries(await world.jobs()).filter(([, count]) => count > 0);
  if (jobs.length > 0) return `jobs are left: ${jobs.map(([state, count]) => `${count} ${state}`).join(", ")}`;
  const state = await world.simulator.state();
  if (state.currentConcurrency > 0) return `${state.currentConcurrency} calls are live at Retell`;
  const webhooks = openDeliveries(state);
  return webhooks > 0 ? `${webhooks} webhooks are under way` : null;
}

/** Waits until nothing is under way; returns what still was when the time was over, null if it came to rest. */
export async function untilAtRest(world: World, patienceMs: number, signal: AbortSignal): Promise<string | null> {
  for (const giveUpAt = now() + patienceMs; ; await sleep(LOOK_EVERY_MS, undefined, { signal })) {
    const seen = await underWay(world).catch((error: Error) => `the services do not answer: ${error.message}`);
    if (seen === null || now() > giveUpAt) return seen;
  }
}

/** Events of ended calls that have not been delivered, given up or lost yet. */
export function openDeliveries({ calls, webhooks }: Pick<SimulatorState, "calls" | "webhooks">): number {
  const begun = new Map<string, number>();
  const add = (id: string, event: string, by: number) => {
    const key = `${id} ${event}`;
    begun.set(key, (begun.get(key) ?? 0) + by);
  };
  const known = new Set(webhooks.map(({ retell_call_id, event }) => `${retell_call_id} ${event}`));
  for (const { retell_call_id, event, attempt, status } of webhooks) {
    if (attempt <= 1) add(retell_call_id, event, 1);
    const done = (status !== null && status >= 200 && status < 300) || attempt === 0 || attempt === MOST_ATTEMPTS;
    if (done) add(retell_call_id, event, -1);
  }
  const open = [...begun.values()].filter((count) => count > 0).length;
  const unsent = calls.filter(
    ({ call_id }) => !known.has(`${call_id} call_ended`) || !known.has(`${call_id} call_analyzed`),
  ).length;
  return open + unsent;
}
