import type { Command } from "commander";
import { type Open, print } from "../../context.ts";
import { plain } from "../../terminal/text.ts";

/** `ringfence candidates delete CANDIDATE` */
export const addDeleteCandidate = (candidates: Command, open: Open): void => {
  candidates
    .command("delete")
    .description(
      "Delete a candidate: no launch takes it again. Refused while the candidate has an unfinished call; past calls stay on record.",
    )
    .argument("<id>", "id of the candidate, as the list shows it")
    .addHelpText("after", "\nExample:\n  ringfence candidates delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11")
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      await context.client.DELETE("/v1/candidates/{id}", { params: { path: { id } } });
      print(context, { id, deleted: true }, () => `deleted candidate ${plain(id)}`);
    });
};
