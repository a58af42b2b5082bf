import type { ApiClient, Batch } from "../api-client.ts";
import { endsInWords } from "../progress.ts";
import type { Screen } from "../screen.ts";
import { findDifferences } from "./demo-verdict.ts";
import { showBatch } from "./watch-campaign.ts";

const LIVE_CALLS = 5;
/** Longest wait for five live calls, and then for their ends, in ms; both take some 8 s at most. */
const PATIENCE_MS = 40_000;

/** Cancels a batch with five calls live, waits for these to end, prints what came of it. Whether every figure is as it must be. */
export async function cancelOnce(
  api: ApiClient,
  { batchId, simulator, screen }: { batchId: string; simulator: string; screen: Screen },
): Promise<boolean> {
  const patiently = (isOver: (batch: Batch) => boolean) => {
    const deadline = performance.now() + PATIENCE_MS;
    return (batch: Batch) => isOver(batch) || performance.now() > deadline;
  };
  await showBatch(
    api,
    batchId,
    screen,
    patiently((batch) => batch.in_progress_calls >= LIVE_CALLS),
  );
  const { cancelled_batches, ...receipt } = await api.cancelBatch(batchId);
  screen.say(`\nReceipt of Pause Batch\n${table({ ...receipt, cancelled_batches: cancelled_batches.join(", ") })}\n`);
  const batch = await showBatch(
    api,
    batchId,
    screen,
    patiently(({ completed_at }) => completed_at !== null),
  );
  screen.say(`\nBatch\n${table(batch)}\n`);
  const dialsPerCall = await dials(simulator);
  screen.say(`Dials in the simulator's ledger, by call\n${table(dialsPerCall)}\n`);

  const differences = findDifferences({ receipt, batch, dialsPerCall });
  if (differences.length === 0) {
    const count = Object.keys(dialsPerCall).length;
    screen.say(`As it must be: ${endsInWords(batch)}, ${count} dials. (failed_calls counts the cancelled ones too.)`);
  } else screen.say(`Not as it must be:\n${differences.map((difference) => `  ${difference}`).join("\n")}`);
  return differences.length === 0;
}

async function dials(simulator: string): Promise<Record<string, number>> {
  const response = await fetch(`${simulator}/__sim/state`);
  return ((await response.json()) as { dialsPerCall: Record<string, number> }).dialsPerCall;
}

function table(values: object): string {
  const rows = Object.entries(values);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}
