import type { Reporter } from "@ringfence/cli/reporters";
import { createClient } from "@ringfence/client";
import { findDifferences } from "./demo-verdict.ts";
import type { Access } from "./demo-words.ts";
import { showBatch } from "./watch-campaign.ts";

const LIVE_CALLS = 5;
/** Polling interval in ms; short, because all five calls must be seen live and the first ends some 6 s after its dial. */
const LOOK_EVERY_MS = 250;
/** Longest wait for five live calls, and then for their ends, in ms; both take some 8 s at most. */
const PATIENCE_MS = 40_000;

/** Cancels a batch with five calls live, waits for these to end, and prints the result. Returns whether every figure is as expected. */
export async function cancelOnce(
  access: Access,
  order: { batchId: string; simulator: string; reporter: Reporter; say: (text: string) => void; signal: AbortSignal },
): Promise<boolean> {
  const { batchId, simulator, reporter, say } = order;
  const client = createClient(access);
  const batchPath = { params: { path: { id: batchId } } };
  /** A wait that ends without success shows in the figures. */
  const showFor = async (until?: (figures: { inProgress: number }) => boolean) => {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const signal = AbortSignal.any([order.signal, patience]);
    try {
      await showBatch(access, batchId, { reporter, signal, everyMs: LOOK_EVERY_MS, ...(until && { until }) });
    } catch (error) {
      if (!patience.aborted) throw error;
      reporter.settle();
    }
  };

  await showFor(({ inProgress }) => inProgress >= LIVE_CALLS);
  const { cancelled_batches, ...receipt } = await client.POST("/v1/batches/{id}/cancel", batchPath);
  say(`\nReceipt of Pause Batch\n${table({ ...receipt, cancelled_batches: cancelled_batches.join(", ") })}\n`);
  await showFor();
  const batch = await client.GET("/v1/batches/{id}", batchPath);
  say(`\nBatch\n${table(batch)}\n`);
  const dialsPerCall = await dials(simulator);
  say(`Dials in the simulator's ledger, by call\n${table(dialsPerCall)}\n`);

  const differences = findDifferences({ receipt, batch, dialsPerCall });
  if (differences.length === 0) {
    const count = Object.keys(dialsPerCall).length;
    const { completed_calls, failed_calls, cancelled_calls } = batch;
    const ends = `${completed_calls} completed, ${failed_calls - cancelled_calls} failed, ${cancelled_calls} cancelled`;
    say(`As it must be: ${ends}, ${count} dials. (failed_calls counts the cancelled ones too.)`);
  } else say(`Not as it must be:\n${differences.map((difference) => `  ${difference}`).join("\n")}`);
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
