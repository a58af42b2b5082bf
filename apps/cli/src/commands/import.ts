import type { Command } from "commander";
import { type Context, type Open, print } from "../context.ts";
import { EXIT, usage } from "../exit-codes.ts";
import { createCampaign, missingCaller } from "../import/create-campaign.ts";
import { discarding } from "../import/discard-campaign.ts";
import { type FileOptions, readingOf, withFileOptions } from "../import/import-options.ts";
import { reportText } from "../import/import-report.ts";
import type { Report } from "../import/import-rows.ts";

interface Options extends FileOptions {
  campaign?: string;
  name?: string;
  from?: string;
  agent?: string;
  update?: boolean;
  strict?: boolean;
}

/** `ringfence import FILE` */
export const addImport = (program: Command, open: Open): void => {
  const command = program
    .command("import")
    .summary("import candidates into a campaign, or into a new one")
    .description(
      "Import candidates from a CSV, TSV, .xlsx or NDJSON file of any length. A number that the campaign already has is skipped, so a failed import may be repeated.",
    )
    .argument("<file>", "the file; - for stdin")
    .option("-c, --campaign <id>", "the campaign to import into")
    .option("--name <name>", "create a campaign with this name first")
    .option("--from <number>", "the number that the new campaign calls from, such as +12025550199")
    .option("--agent <id>", "Retell agent of the new campaign; by default the agent bound to the number")
    .option("--update", "replace name, id and variables of numbers that the campaign already has");
  withFileOptions(command, ["number", "name", "id"])
    .option("--strict", "exit with 6 if a row was rejected")
    .addHelpText(
      "after",
      `
Examples:
  ringfence import people.csv --name "Autumn" --from +12025550199
  ringfence import leute.xlsx --campaign 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --country DE --rejected rejected.csv
  ringfence import rejected.csv --campaign 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --country DE
  ringfence import more.csv --campaign 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --update --phone Mobile --phone Phone
  zcat people.csv.gz | ringfence import - --campaign 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11

A table may have a header row. The columns of number, name and id are guessed from their names and cells, and reported
if they are not called phone_number, name and external_id; every column but the number is a variable that the agent may
use. The charset is detected: UTF-8, UTF-16 or Windows-1252.
NDJSON has one candidate per line: {"phone_number": "+14155550100", "name": "Ada"}

A cell that may be more than one number is rejected. The first sheet of a workbook is read.`,
    )
    .action(async (file: string, options: Options, self: Command) => {
      const { campaign, name, from, agent, update, rejected, strict } = options;
      if (campaign ? name || from || agent : !name)
        throw usage("Name either --campaign ID, or --name NAME and --from NUMBER for a new campaign");
      const context = open(self);
      if (!campaign && !from) throw await missingCaller(context);
      const [{ importRows }, { readCaller }, reading] = await Promise.all([
        import("../import/import-rows.ts"),
        import("../import/numbers.ts"),
        readingOf(options),
      ]);
      const caller = from && readCaller(from, reading.country);
      let id = campaign;
      await importRows(context, {
        file,
        reading,
        rejected,
        toSend: ({ candidate }) => candidate,
        siftFirst: campaign === undefined,
        send: async (rows) => {
          const into = id ?? (await createCampaign(context, { name: name!, from: caller, agent }));
          const importing = context.client.importCandidates(into, rows, "application/x-ndjson", {
            ...(update && { query: { on_duplicate: "update" } }),
          });
          const answer = await (id === undefined ? importing.catch(discarding(context, into)) : importing);
          id = into;
          return answer;
        },
        tell: (report) => tell(context, id, report, strict),
      });
    });
};

/** Without an `id` no row was accepted, so the new campaign was not created. */
function tell(context: Context, id: string | undefined, report: Report, strict: boolean | undefined): void {
  const head = id === undefined ? "No campaign was created: no row can be imported." : `campaign ${id}`;
  print(context, { campaign_id: id ?? null, ...report }, () => `${head}\n${reportText(report, "imported")}`);
  if (id === undefined || (strict && report.rejected_count > 0)) process.exitCode = EXIT.rejected;
}
