import type { Command } from "commander";
import { type Open, print } from "../context.ts";
import { afterStop, liveCalls, type StopOptions, withStopOptions } from "../stopping.ts";
import { confirm } from "../terminal/confirm.ts";
import { calls } from "../terminal/text.ts";
import { receiptRecord } from "../words/views.ts";

/** `ringfence pause BATCH` */
export const addPause = (program: Command, open: Open): void => {
  const command = program
    .command("pause")
    .summary("cancel the calls of a batch that have not been dialled yet")
    .description(
      "Pause Batch: cancel every call of one batch that has not been dialled yet. After the answer nobody else in the batch is dialled; a later launch takes these candidates again.",
    )
    .argument("<batch>", "id of the batch");
  withStopOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  ringfence pause 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence pause 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --yes --hangup`,
    )
    .action(async (id: string, { yes, hangup }: StopOptions, command: Command) => {
      const context = open(command);
      const { client, io } = context;
      if (!yes) {
        await confirm(io, async () => {
          const batch = await client.GET("/v1/batches/{id}", { params: { path: { id } } });
          return `Pause batch ${id}? ${calls(batch.pending_calls)} will be cancelled; ${liveCalls(batch.in_progress_calls, hangup)}.`;
        });
      }
      const receipt = await client.POST("/v1/batches/{id}/cancel", {
        params: { path: { id } },
        body: { mode: hangup ? "hangup" : "drain" },
      });
      print(context, receipt, () => `${receiptRecord(receipt)}\n\n${afterStop(receipt)}`);
    });
};
