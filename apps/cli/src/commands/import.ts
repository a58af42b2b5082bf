import type { Command } from "commander";
import { Option } from "commander";
import { type Open, print } from "../context.ts";
import { createCampaign } from "../create-campaign.ts";
import { EXIT, usage } from "../exit-codes.ts";
import { type Format, openImport, reportText, writeRejected } from "../import-file.ts";

interface Options {
  campaign?: string;
  name?: string;
  from?: string;
  agent?: string;
  format?: Format;
  rejected?: string;
  strict?: boolean;
}

/** `ringfence import FILE` */
export const addImport = (program: Command, open: Open): void => {
  program
    .command("import")
    .summary("import candidates into a campaign, or into a new one")
    .description(
      "Import candidates from a CSV or NDJSON file of any length. A number that the campaign has already is skipped, so an import that failed may be repeated.",
    )
    .argument("<file>", "the file; - for stdin")
    .option("-c, --campaign <id>", "the campaign to import into")
    .option("--name <name>", "create a campaign with this name first")
    .option("--from <number>", "the number that the new campaign calls from, such as +12025550199")
    .option("--agent <id>", "Retell's agent of the new campaign; without it the one bound to the number")
    .addOption(
      new Option("--format <format>", "how the file is written; by default as its name ends").choices([
        "csv",
        "ndjson",
      ]),
    )
    .option("--rejected <file>", "write rejected rows into this file, as CSV")
    .option("--strict", "exit with 6 if a row was rejected")
    .addHelpText(
      "after",
      `
Examples:
  ringfence import people.csv --name "Autumn" --from +12025550199
  ringfence import more.ndjson --campaign 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  zcat people.csv.gz | ringfence import - --format csv --campaign 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11

A CSV has a header row with phone_number and, if wanted, name and external_id; every other column is a variable that
the agent may use. NDJSON has one candidate a line: {"phone_number": "+14155550100", "name": "Ada"}`,
    )
    .action(async (file: string, options: Options, command: Command) => {
      const { campaign, name, from, agent, format, rejected, strict } = options;
      if (campaign ? name || from || agent : !name)
        throw usage("Name either --campaign ID, or --name NAME and --from NUMBER for a new one");
      const context = open(command);
      const { source, type } = await openImport(context.io, file, format);
      const id = campaign ?? (await createCampaign(context, { name: name!, from, agent }));
      // An answer may come while stdin still waits for more.
      const report = await context.client.importCandidates(id, source, type).finally(() => source.destroy());
      print(context, { campaign_id: id, ...report }, () => `campaign ${id}\n${reportText(report)}`);
      if (rejected) await writeRejected(rejected, report, context.io);
      if (strict && report.rejected_count > 0) process.exitCode = EXIT.rejected;
    });
};
