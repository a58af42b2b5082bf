import type { Command } from "commander";
import { decimal, wholeNumber } from "../arguments.ts";
import { type Open, print } from "../context.ts";
import { linesRecord } from "../words/views.ts";

interface Options {
  limit?: number;
  perSecond?: number;
  resume?: boolean;
}

/** `ringfence lines` */
export const addLines = (program: Command, open: Open): void => {
  program
    .command("lines")
    .summary("show or change how many calls may be in progress at a time, and the pace")
    .description(
      "Show the lines or, with an option, change them for all workers together. Changing needs a key of role admin.",
    )
    .option("--limit <n>", "most calls in progress at a time", wholeNumber(1, 10_000))
    .option("--per-second <x>", "most dials a second, fractions allowed; 0 for no limit", decimal)
    .option("--resume", "lift a hold: dial again")
    .addHelpText(
      "after",
      `
Calls in progress end naturally when the limit is lowered.

Examples:
  ringfence lines
  ringfence lines --limit 20 --per-second 2
  ringfence lines --resume`,
    )
    .action(async ({ limit, perSecond, resume }: Options, command: Command) => {
      const context = open(command);
      const { client } = context;
      if (limit !== undefined || perSecond !== undefined) {
        await client.PUT("/v1/lines", {
          body: {
            ...(limit !== undefined && { limit }),
            ...(perSecond !== undefined && { calls_per_second: perSecond }),
          },
        });
      }
      if (resume) await client.POST("/v1/lines/resume");
      const lines = await client.GET("/v1/lines");
      print(context, lines, () => linesRecord(lines));
    });
};
