import type { Command } from "commander";
import { type Open, print } from "../context.ts";
import { afterStop, liveCalls, type StopOptions, withStopOptions } from "../stopping.ts";
import { confirm } from "../terminal/confirm.ts";
import { calls, plain } from "../terminal/text.ts";
import { receiptRecord } from "../words/views.ts";

/** `ringfence stop CAMPAIGN` */
export const addStop = (program: Command, open: Open): void => {
  const command = program
    .command("stop")
    .summary("cancel all calls of a campaign that have not been dialled yet, and pause it")
    .description(
      "Stop All: cancel every call of a campaign that has not been dialled yet, in all its batches, and pause the campaign, so that it cannot be launched. After the answer nobody else in the campaign is dialled.",
    )
    .argument("<campaign>", "id of the campaign");
  withStopOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  ringfence stop 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence stop 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --yes --json`,
    )
    .action(async (id: string, { yes, hangup }: StopOptions, command: Command) => {
      const context = open(command);
      const { client, io } = context;
      if (!yes) {
        await confirm(io, async () => {
          const campaign = await client.GET("/v1/campaigns/{id}", { params: { path: { id } } });
          const what = `${calls(campaign.pending_calls)} will be cancelled; ${liveCalls(campaign.in_progress_calls, hangup)}`;
          return `Stop campaign "${plain(campaign.name)}"? ${what}.`;
        });
      }
      const receipt = await client.POST("/v1/campaigns/{id}/stop", {
        params: { path: { id } },
        body: { mode: hangup ? "hangup" : "drain" },
      });
      print(
        context,
        receipt,
        () => `${receiptRecord(receipt)}

The campaign is paused; to launch it again: ringfence activate ${receipt.campaign_id}
${afterStop(receipt)}`,
      );
    });
};
