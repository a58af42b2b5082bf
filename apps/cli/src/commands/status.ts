import type { Command } from "commander";
import { wholeNumber } from "../arguments.ts";
import { type Context, type Open, print } from "../context.ts";
import { noteMore, upTo } from "../lists.ts";
import { batchRecord, batchTable, campaignRecord, campaignTable, linesRecord, reasonTable } from "../views.ts";
import { find } from "../watch/watch.ts";

const NEWEST = 20;

/** `ringfence status [ID]` */
export const addStatus = (program: Command, open: Open): void => {
  program
    .command("status")
    .summary("show what is going on, or the figures of one campaign or batch")
    .description(
      "Show campaigns, open batches and lines; with an id, the figures of that campaign or batch and why its calls ended.",
    )
    .argument("[id]", "id of a campaign or of a batch")
    .option("--limit <n>", "show at most so many campaigns and batches, the newest", wholeNumber(1, 100_000), NEWEST)
    .addHelpText(
      "after",
      `
Examples:
  ringfence status
  ringfence status 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11
  ringfence status --json | jq '.batches[].pending_calls'`,
    )
    .action(async (id: string | undefined, { limit }: { limit: number }, command: Command) => {
      const context = open(command);
      return id === undefined ? await overview(context, limit) : await one(context, id);
    });
};

async function overview(context: Context, most: number): Promise<void> {
  const { client } = context;
  const [lines, batches, campaigns] = await Promise.all([
    client.GET("/v1/lines"),
    upTo(most, (page) => client.GET("/v1/batches", { params: { query: { ...page, status: "in_progress" } } })),
    upTo(most, (page) => client.GET("/v1/campaigns", { params: { query: page } })),
  ]);
  print(context, { lines, batches: batches.items, campaigns: campaigns.items }, () =>
    [
      linesRecord(lines),
      batches.items.length > 0 ? batchTable(batches.items) : "No batch is in progress.",
      campaigns.items.length > 0 ? campaignTable(campaigns.items) : "There is no campaign yet: ringfence import --help",
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
