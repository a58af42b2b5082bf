import type { Command } from "commander";
import { type Open, print } from "../context.ts";
import { confirm } from "../terminal/confirm.ts";
import { count, plain } from "../terminal/text.ts";

/** `ringfence delete CAMPAIGN` */
export const addDelete = (program: Command, open: Open): void => {
  program
    .command("delete")
    .summary("delete a campaign that has no calls, with its candidates")
    .description(
      "Delete a campaign and its candidates for good. A campaign that was ever launched is refused, because its calls stay on record; archive it instead.",
    )
    .argument("<campaign>", "id of the campaign")
    .option("-y, --yes", "do not ask for confirmation; required without a terminal")
    .addHelpText(
      "after",
      `
Examples:
  ringfence delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --yes`,
    )
    .action(async (id: string, { yes }: { yes?: boolean }, command: Command) => {
      const context = open(command);
      const params = { path: { id } };
      if (!yes) {
        const question = async () => {
          const campaign = await context.client.GET("/v1/campaigns/{id}", { params });
          return `Delete campaign "${plain(campaign.name)}" and its candidates (${count(campaign.candidates)})?`;
        };
        await confirm(context.io, question, "deleted");
      }
      await context.client.DELETE("/v1/campaigns/{id}", { params });
      print(context, { id, deleted: true }, () => `deleted campaign ${plain(id)}`);
    });
};
