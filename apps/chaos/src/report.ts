import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrialResult } from "./trial/trial.ts";
import { type Counts, noCounts } from "./trial/trial-state.ts";
import type { World } from "./world/world.ts";

/** The sum of a run. */
export interface Totals {
  trials: number;
  broken: number;
  dials: number;
  counts: Counts;
  odd: Record<string, number>;
}

export const noTotals = (): Totals => ({ trials: 0, broken: 0, dials: 0, counts: noCounts(), odd: {} });

function addUp(sum: Record<string, number>, more: Record<string, number>): void {
  for (const [what, count] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + count;
}

/** Adds a trial to the sum. */
export function addTrial(totals: Totals, { broken, dials, counts, odd }: TrialResult): void {
  totals.trials++;
  if (broken.length > 0) totals.broken++;
  totals.dials += dials;
  const { points, ...plain } = counts;
  addUp(totals.counts as unknown as Record<string, number>, plain);
  addUp(totals.counts.points, points);
  addUp(totals.odd, odd);
}

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");

/** One line about a trial. */
export function trialLine({ plan, broken, odd, counts, dials, ms }: TrialResult): string {
  const struck = Object.keys(counts.points);
  return [
    `trial ${String(plan.trial).padStart(4)}  ${broken.length === 0 ? "ok    " : "BROKEN"} ${(ms / 1_000).toFixed(1).padStart(5)} s`,
    `${dials} dials, ${counts.kills} kills, ${counts.freezes} freezes, ${counts.outages + counts.restarts + counts.failovers} outages, ${counts.faults} faults`,
    ...(struck.length > 0 ? [`struck at ${struck.join("; ")}`] : []),
    ...(Object.keys(odd).length > 0 ? [`(${listed(odd)})`] : []),
  ].join("  ");
}

/** All that is needed to look into a failed trial; leaves its processes' logs in a folder. */
export async function failureReport(result: TrialResult, world: World): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `ringfence-chaos-trial-${result.plan.trial}-`));
  for (const slot of Object.values(world.slots))
    await writeFile(join(folder, `${slot.name.replace(" ", "-")}.log`), slot.lines().join("\n"));
  const { plan, broken, timeline } = result;
  const { steps, campaigns, ...rest } = plan;
  const text = [
    `TRIAL ${plan.trial} OF SEED ${plan.seed} BROKE: ${broken[0]!.invariant}`,
    ...broken.map(({ invariant, what }) => `  ${invariant}: ${what}`),
    `Its plan: ${JSON.stringify({ ...rest, candidates: campaigns.map(({ length }) => length) })}`,
    ...steps.map(({ atMs, order }) => `  at ${atMs} ms: ${JSON.stringify(order)}`),
    "What happened:",
    ...timeline.lines().map((line) => `  ${line}`),
  ];
  await writeFile(join(folder, "report.txt"), text.join("\n"));
  return [
    ...text,
    `The logs of its processes: ${folder}`,
    `The same plan again: npm run chaos -- --seed ${plan.seed} --trial ${plan.trial}`,
  ].join("\n");
}

/** The end of a run. */
export function closingSummary(seed: string, totals: Totals, ms: number): string {
  const { counts, odd } = totals;
  const points = Object.entries(counts.points).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${totals.trials} trials of seed ${seed} in ${(ms / 60_000).toFixed(1)} min: ${totals.broken === 0 ? "no promise was broken" : `${totals.broken} BROKEN`}`,
    `  ${totals.dials} dials, ${counts.kills} kills, ${counts.freezes} freezes, ${counts.outages} cuts and stalls, ${counts.restarts} service restarts, ${counts.failovers} failovers of Redis, ${counts.flushes} times Redis emptied, ${counts.faults} faults of Retell`,
    `  named points struck: ${points.length === 0 ? "none" : points.map(([name, count]) => `${name} ${count}`).join("; ")}; not reached: ${counts.unreached}`,
    `  counted apart: ${listed(odd) || "nothing"}`,
  ].join("\n");
}
