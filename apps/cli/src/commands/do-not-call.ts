import { type Command, Option } from "commander";
import { wholeNumber } from "../arguments.ts";
import { type Context, type Open, print } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { countryOption, type FileOptions, readingOf, withFileOptions } from "../import/import-options.ts";
import { reportText } from "../import/import-report.ts";
import type { Report } from "../import/import-rows.ts";
import { copyOut, noteMore, upTo } from "../lists.ts";
import { minute, plain, table } from "../terminal/text.ts";

const FIRST = 50;

/** `ringfence do-not-call` */
export const addDoNotCall = (program: Command, open: Open): void => {
  const list = program
    .command("do-not-call")
    .summary("manage the numbers that no campaign dials")
    .description("Numbers that are never dialled, in any campaign. Their pending calls fail when it is their turn.")
    .addHelpText(
      "after",
      `
Examples:
  ringfence do-not-call add +14155550100 +14155550101
  ringfence do-not-call import opted-out.csv
  ringfence do-not-call list --search 0100
  ringfence do-not-call list --csv > do-not-call.csv
  ringfence do-not-call remove 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11`,
    );

  list
    .command("list")
    .description("List the numbers, newest first.")
    .option("--search <text>", "only numbers with these digits")
    .addOption(new Option("--limit <n>", "show at most N").argParser(wholeNumber(1, 1_000_000)).default(FIRST))
    .addOption(new Option("--csv", "write all numbers to stdout as CSV").conflicts(["limit", "json"]))
    .addHelpText("after", "\nExample:\n  ringfence do-not-call list --csv > do-not-call.csv")
    .action(async (options: { search?: string; limit: number; csv?: boolean }, command: Command) => {
      const context = open(command);
      const { search, limit, csv } = options;
      const filter = search === undefined ? {} : { search };
      if (csv) {
        const params = { query: filter };
        return await copyOut(context, await context.client.stream("text/csv", "/v1/do-not-call", { params }));
      }
      const page = await upTo(limit, (query) =>
        context.client.GET("/v1/do-not-call", { params: { query: { ...query, ...filter } } }),
      );
      print(context, page, () =>
        page.items.length === 0
          ? "No such number."
          : table(
              ["id", "number", "added", "by"],
              page.items.map((entry) => [entry.id, entry.phone_number, minute(entry.created_at), entry.created_by]),
            ),
      );
      noteMore(context, page, "all of them with --csv, more with --limit N");
    });

  list
    .command("add")
    .description("Add numbers. Exits with 6 if a number was rejected: a rejected number may still be dialled.")
    .argument("<numbers...>", "international numbers, such as +14155550100; with --country national ones too")
    .addOption(countryOption())
    .addHelpText(
      "after",
      `
Examples:
  ringfence do-not-call add +14155550100 "+49 30 901820"
  ringfence do-not-call add --country DE "030 901820"`,
    )
    .action(async (numbers: string[], { country }: { country?: string }, command: Command) => {
      const context = open(command);
      const { readNumbers } = await import("../import/numbers.ts");
      const { phone_numbers, rejected } = readNumbers(numbers, country);
      const none = { created: 0, duplicates: 0, rejected_count: 0, rejected: [] };
      const answer =
        phone_numbers.length > 0 ? await context.client.POST("/v1/do-not-call", { body: { phone_numbers } }) : none;
      const all = [...rejected, ...answer.rejected.map((row) => ({ ...row, line: null }))];
      const { created, duplicates, rejected_count } = answer;
      const sums = { created, duplicates, updated: 0, on_do_not_call: 0 };
      tell(context, { ...sums, rejected_count: rejected_count + rejected.length, rejected: all });
    });

  withFileOptions(
    list
      .command("import")
      .description(
        "Add the numbers of a CSV, .xlsx or NDJSON file of any length, with or without a header row. Exits with 6 if a number was rejected.",
      )
      .argument("<file>", "the file; - for stdin"),
    ["number"],
  )
    .addHelpText(
      "after",
      `
Examples:
  ringfence do-not-call import opted-out.csv
  ringfence do-not-call import opted-out.xlsx --country DE --phone Telefon --rejected rejected.csv`,
    )
    .action(async (file: string, options: FileOptions, command: Command) => {
      const context = open(command);
      const [{ importRows }, reading] = await Promise.all([import("../import/import-rows.ts"), readingOf(options)]);
      await importRows(context, {
        file,
        reading: { ...reading, everyNumber: true },
        rejected: options.rejected,
        toSend: ({ candidate }) => ({ phone_number: candidate.phone_number }),
        siftFirst: false,
        send: (rows) => context.client.importDoNotCall(rows, "application/x-ndjson"),
        tell: (report) => tell(context, report),
      });
    });

  list
    .command("remove")
    .description("Take a number off the list. It may be dialled again.")
    .argument("<id>", "id of the entry, as the list shows it")
    .addHelpText("after", "\nExample:\n  ringfence do-not-call remove 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11")
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      await context.client.DELETE("/v1/do-not-call/{id}", { params: { path: { id } } });
      print(context, { id, deleted: true }, () => `removed ${plain(id)}`);
    });
};

/** A number that was not understood may still be dialled, so this is not a success. */
function tell(context: Context, report: Report): void {
  print(context, report, () => reportText(report, "added"));
  if (report.rejected_count > 0) process.exitCode = EXIT.rejected;
}
