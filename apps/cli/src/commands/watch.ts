import type { Command } from "commander";
import type { Open } from "../context.ts";
import { find, watch } from "../watch/watch.ts";

/** `ringfence watch BATCH|CAMPAIGN` */
export const addWatch = (program: Command, open: Open): void => {
  program
    .command("watch")
    .summary("watch a batch, or all calls of a campaign, until the last call has ended")
    .description(
      "Watch until no call is left. A terminal shows a live picture; a file or pipe gets a line from time to time; --json prints a JSON line whenever figures change. Watching continues after an outage of the API.",
    )
    .argument("<id>", "id of a batch or of a campaign")
    .addHelpText(
      "after",
      `
Ctrl-C ends the watching only: the calls go on, and the exit code is 130. The exit code is 0 when all calls have ended, and 5 when the
batch was cancelled or the campaign stopped, so that "watch ... && next" goes on only if everybody was called.

Examples:
  ringfence watch 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence watch 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 >> calls.log && ringfence status
  ringfence watch 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --json | jq .batch.completed_calls`,
    )
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      process.exitCode = await watch(context, await find(context.client, id));
    });
};
