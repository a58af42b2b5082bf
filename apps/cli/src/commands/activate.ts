import type { Command } from "commander";
import { type Open, print } from "../context.ts";
import { campaignRecord } from "../words/views.ts";

/** `ringfence activate CAMPAIGN` */
export const addActivate = (program: Command, open: Open): void => {
  program
    .command("activate")
    .summary("set a stopped campaign active, so that it can be launched again")
    .description(
      "Set a campaign active that a stop has paused. This calls nobody: cancelled calls stay cancelled, and the next launch takes these candidates again.",
    )
    .argument("<campaign>", "id of the campaign")
    .addHelpText(
      "after",
      `
Examples:
  ringfence activate 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence activate 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 && ringfence launch 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11`,
    )
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      const body = { status: "active" as const };
      const campaign = await context.client.PATCH("/v1/campaigns/{id}", { params: { path: { id } }, body });
      print(context, campaign, () => `${campaignRecord(campaign)}\n\nLaunch it: ringfence launch ${campaign.id}`);
    });
};
