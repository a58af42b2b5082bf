import { type Command, Option } from "commander";
import { wholeNumber } from "../arguments.ts";
import { type Open, print } from "../context.ts";
import { calls, count, table } from "../terminal/text.ts";
import { watch } from "../watch/watch.ts";

interface Options {
  include: "undialed" | "unreached";
  limit?: number;
  dryRun?: boolean;
  watch?: boolean;
}

/** `ringfence launch CAMPAIGN` */
export const addLaunch = (program: Command, open: Open): void => {
  program
    .command("launch")
    .summary("call the remaining candidates of a campaign")
    .description(
      "Launch a batch of calls to the remaining candidates, in import order. Candidates with an unfinished call are left out.",
    )
    .argument("<campaign>", "id of the campaign")
    .addOption(
      new Option(
        "--include <whom>",
        "undialed: candidates who were never dialled; unreached: also candidates whose line was busy or not answered",
      )
        .choices(["undialed", "unreached"])
        .default("undialed"),
    )
    .option("--limit <n>", "call at most N candidates", wholeNumber(1, 2_000_000))
    .option("--dry-run", "show whom a launch would call, and call nobody")
    .option("-w, --watch", "watch the batch until its last call has ended")
    .addHelpText(
      "after",
      `
Examples:
  ringfence launch 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --dry-run
  ringfence launch 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --limit 100 --watch
  ringfence launch 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --include unreached`,
    )
    .action(async (id: string, { include, limit, dryRun, watch: andWatch }: Options, command: Command) => {
      const context = open(command);
      const { client, io, json } = context;
      if (dryRun) {
        const preview = await client.GET("/v1/campaigns/{id}/launch", { params: { path: { id }, query: { include } } });
        const { on_do_not_call: listed = 0 } = preview as { on_do_not_call?: number };
        const people = Math.min(preview.candidates, limit ?? Number.POSITIVE_INFINITY);
        return print(context, preview, () =>
          [
            `A launch would place ${calls(people)}; nobody was called.`,
            ...(listed > 0 ? [`Left out because they are on the do-not-call list: ${count(listed)}`] : []),
            ...(preview.first.length > 0
              ? [
                  "",
                  table(
                    ["first", "number"],
                    preview.first.map((one) => [one.name, one.phone_number]),
                  ),
                ]
              : []),
          ].join("\n"),
        );
      }
      const batch = await client.POST("/v1/campaigns/{id}/launch", {
        params: { path: { id } },
        body: { include, ...(limit !== undefined && { limit }) },
      });
      if (andWatch) {
        if (!json) io.note(`launched batch ${batch.id}: ${calls(batch.total_candidates)}`);
        process.exitCode = await watch(context, { kind: "batch", id: batch.id });
        return;
      }
      print(
        context,
        batch,
        () =>
          `launched batch ${batch.id}: ${count(batch.total_candidates)} to call
  watch: ringfence watch ${batch.id}
  pause: ringfence pause ${batch.id}`,
      );
    });
};
