import type { Command } from "commander";
import { wholeNumber } from "../arguments.ts";
import { busyFirst } from "../busy-first.ts";
import { type Context, type Open, print } from "../context.ts";
import { noteMore, upTo } from "../lists.ts";
import { find } from "../watch/watch.ts";
import { batchRecord, batchTable, campaignRecord, campaignTable, linesRecord, reasonTable } from "../words/views.ts";

const NEWEST = 20;

interface Options {
  limit: number;
  archived?: boolean;
}

/** `ringfence status [ID]` */
export const addStatus = (program: Command, open: Open): void => {
  program
    .command("status")
    .summary("show current work, or the figures of one campaign or batch")
    .description(
      "Show lines, open batches and campaigns, campaigns with unfinished calls first; with an id, show the figures of that campaign or batch and why its calls ended.",
    )
    .argument("[id]", "id of a campaign or of a batch")
    .option("--limit <n>", "show at most the newest N campaigns and batches", wholeNumber(1, 100_000), NEWEST)
    .option("--archived", "also show archived campaigns")
    .addHelpText(
      "after",
      `
Examples:
  ringfence status
  ringfence status 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence status --json | jq '.batches[].pending_calls'`,
    )
    .action(async (id: string | undefined, options: Options, command: Command) => {
      const context = open(command);
      return id === undefined ? await overview(context, options) : await one(context, id);
    });
};

async function overview(context: Context, { limit: most, archived }: Options): Promise<void> {
  const { client } = context;
  const which = archived ? { archived: "true" as const } : {};
  const [lines, batches, campaigns] = await Promise.all([
    client.GET("/v1/lines"),
    upTo(most, (page) => client.GET("/v1/batches", { params: { query: { ...page, status: "in_progress" } } })),
    upTo(most, (page) => client.GET("/v1/campaigns", { params: { query: { ...page, ...which } } })),
  ]);
  const shown = await busyFirst(client, batches.items, campaigns.items);
  print(context, { lines, batches: batches.items, campaigns: shown }, () =>
    [
      linesRecord(lines),
      batches.items.length > 0 ? batchTable(batches.items) : "No batch is in progress.",
      shown.length > 0 ? campaignTable(shown) : "There is no campaign yet: ringfence import --help",
    ].join("\n\n"),
  );
  const longer = campaigns.next_cursor === null ? batches : campaigns;
  noteMore(context, longer, "more with --limit N");
}

async function one(context: Context, id: string): Promise<void> {
  const { client, json } = context;
  const found = await find(client, id);
  if (json) return print(context, found.seen, String);
  const params = { params: { path: { id } } };
  const { items: reasons } =
    found.kind === "batch"
      ? await client.GET("/v1/batches/{id}/reasons", params)
      : await client.GET("/v1/campaigns/{id}/reasons", params);
  context.io.out(found.kind === "batch" ? batchRecord(found.seen) : campaignRecord(found.seen));
  if (reasons.length > 0) context.io.out(`\n${reasonTable(reasons)}`);
}
