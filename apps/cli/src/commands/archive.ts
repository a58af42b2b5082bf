import type { Command } from "commander";
import { type Context, type Open, print } from "../context.ts";
import { plain } from "../terminal/text.ts";

/** `ringfence archive CAMPAIGN` */
export const addArchive = (program: Command, open: Open): void => {
  program
    .command("archive")
    .summary("take a campaign out of the lists; it keeps its calls and takes no launch")
    .description(
      "Archive a campaign: it keeps its candidates and calls, is listed only with status --archived, and takes no launch. A campaign with unfinished calls is refused.",
    )
    .argument("<campaign>", "id of the campaign")
    .addHelpText("after", "\nExamples:\n  ringfence archive 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11")
    .action((id: string, _options: object, command: Command) => setArchived(open(command), id, true));
};

/** `ringfence unarchive CAMPAIGN` */
export const addUnarchive = (program: Command, open: Open): void => {
  program
    .command("unarchive")
    .summary("bring an archived campaign back into the lists")
    .description("Bring an archived campaign back into the lists. It may be launched again.")
    .argument("<campaign>", "id of the campaign")
    .addHelpText("after", "\nExamples:\n  ringfence unarchive 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11")
    .action((id: string, _options: object, command: Command) => setArchived(open(command), id, false));
};

async function setArchived(context: Context, id: string, archived: boolean): Promise<void> {
  const campaign = await context.client.PATCH("/v1/campaigns/{id}", { params: { path: { id } }, body: { archived } });
  print(context, campaign, () =>
    archived ? `archived campaign ${id}, ${plain(campaign.name)}` : `campaign ${id}, ${plain(campaign.name)}, is back`,
  );
}
