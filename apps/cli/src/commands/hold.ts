import { RingfenceError } from "@ringfence/client";
import type { Command } from "commander";
import { type Open, print } from "../context.ts";
import { batchRecord, campaignRecord, holdRecord } from "../words/views.ts";

const NOT_FOUND = 404;

/** `ringfence hold ID` */
export const addHold = (program: Command, open: Open): void => {
  program
    .command("hold")
    .summary("let the pending calls of a batch or campaign wait; nothing is cancelled")
    .description(
      "Hold a batch, or a campaign with all its batches: after the answer nobody of it is dialled until it is resumed. Pending calls stay pending, and calls in progress go on. A campaign may be launched while it is held; its calls wait.",
    )
    .argument("<id>", "id of a batch or campaign")
    .option("--reason <text>", "why, for those who read it later")
    .addHelpText(
      "after",
      `
Examples:
  ringfence hold 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --reason "the script is being changed"
  ringfence resume 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11`,
    )
    .action(async (id: string, { reason }: { reason?: string }, command: Command) => {
      const context = open(command);
      const { client } = context;
      const options = { params: { path: { id } }, body: { reason: reason ?? null } };
      const receipt = await orElse(
        () => client.POST("/v1/batches/{id}/hold", options),
        () => client.POST("/v1/campaigns/{id}/hold", options),
      );
      print(context, receipt, () => `${holdRecord(receipt)}\n\nTo go on: ringfence resume ${id}`);
    });
};

/** `ringfence resume ID` */
export const addResume = (program: Command, open: Open): void => {
  program
    .command("resume")
    .summary("end the hold of a batch or campaign")
    .description(
      "End the hold of a batch or campaign: its pending calls are dialled again, in the old order. A batch stays held while its campaign is, and the other way round.",
    )
    .argument("<id>", "id of a batch or campaign")
    .addHelpText(
      "after",
      `
Examples:
  ringfence resume 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11`,
    )
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      const { client } = context;
      const options = { params: { path: { id } } };
      const resumed = await orElse(
        () => client.POST("/v1/batches/{id}/resume", options),
        () => client.POST("/v1/campaigns/{id}/resume", options),
      );
      print(context, resumed, () => ("name" in resumed ? campaignRecord(resumed) : batchRecord(resumed)));
    });
};

/** The answer about a batch or, if no batch has the id, about the campaign that has it. */
async function orElse<Batch, Campaign>(
  ofBatch: () => Promise<Batch>,
  ofCampaign: () => Promise<Campaign>,
): Promise<Batch | Campaign> {
  try {
    return await ofBatch();
  } catch (error) {
    if (error instanceof RingfenceError && error.status === NOT_FOUND) return await ofCampaign();
    throw error;
  }
}
