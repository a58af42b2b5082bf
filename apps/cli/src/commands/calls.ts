import { type Command, Option } from "commander";
import { wholeNumber } from "../arguments.ts";
import { type Open, print } from "../context.ts";
import { copyOut, noteMore, upTo } from "../lists.ts";
import { clock, minute, table, words } from "../terminal/text.ts";
import { remediesOf, told } from "../words/told.ts";

const STATUSES = ["pending", "in_progress", "completed", "failed"] as const;
const FIRST = 50;

interface Options {
  csv?: boolean;
  status?: (typeof STATUSES)[number];
  search?: string;
  limit: number;
}

/** `ringfence calls BATCH` */
export const addCalls = (program: Command, open: Open): void => {
  program
    .command("calls")
    .summary("list the calls of a batch, or export them as CSV")
    .description("List the calls of a batch in import order. Keys of role viewer see numbers masked.")
    .argument("<batch>", "id of the batch")
    .addOption(new Option("--status <status>", "only calls with this status").choices(STATUSES))
    .option("--search <text>", "only calls whose name or number contains this text")
    .addOption(new Option("--limit <n>", "show at most N").argParser(wholeNumber(1, 1_000_000)).default(FIRST))
    .addOption(new Option("--csv", "write all calls to stdout as CSV").conflicts(["limit", "json"]))
    .addHelpText(
      "after",
      `
Examples:
  ringfence calls 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --status failed
  ringfence calls 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --csv > calls.csv
  ringfence calls 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --search 0100 --json`,
    )
    .action(async (id: string, { csv, status, search, limit }: Options, command: Command) => {
      const context = open(command);
      const { client } = context;
      const filter = { ...(status && { status }), ...(search !== undefined && { search }) };
      if (csv) {
        const params = { path: { id }, query: filter };
        return await copyOut(context, await client.stream("text/csv", "/v1/batches/{id}/calls", { params }));
      }
      const page = await upTo(limit, (query) =>
        client.GET("/v1/batches/{id}/calls", { params: { path: { id }, query: { ...query, ...filter } } }),
      );
      print(context, page, () =>
        page.items.length === 0
          ? "No such call."
          : `${table(
              ["number", "name", "status", "because of", "talked", "ended"],
              page.items.map((call) => [
                call.phone_number,
                call.name,
                words(call.call_status),
                told(call.error_message ?? call.disconnection_reason),
                call.duration_ms === null ? null : clock(call.duration_ms),
                minute(call.ended_at),
              ]),
            )}${remediesOf(page.items.map((call) => call.error_message))}`,
      );
      noteMore(context, page, "all of them with --csv, more with --limit N");
    });
};
