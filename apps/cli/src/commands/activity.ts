import { type Command, Option } from "commander";
import { wholeNumber } from "../arguments.ts";
import { type Open, print } from "../context.ts";
import { noteMore, upTo } from "../lists.ts";
import { minute, table } from "../terminal/text.ts";

const FIRST = 50;

interface Options {
  campaign?: string;
  limit: number;
}

/** `ringfence activity` */
export const addActivity = (program: Command, open: Open): void => {
  program
    .command("activity")
    .summary("show who did what when")
    .description(
      "Show who did what when, newest first: the name of the key, or ringfence if no person acted. Stops carry their figures.",
    )
    .option("-c, --campaign <id>", "only actions on this campaign, even if it was deleted")
    .addOption(new Option("--limit <n>", "show at most N").argParser(wholeNumber(1, 1_000_000)).default(FIRST))
    .addHelpText(
      "after",
      `
Examples:
  ringfence activity
  ringfence activity --campaign 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --limit 200
  ringfence activity --json | jq -r '.items[] | select(.action == "campaign.stop") | .actor'`,
    )
    .action(async ({ campaign, limit }: Options, command: Command) => {
      const context = open(command);
      const filter = campaign === undefined ? {} : { campaign_id: campaign };
      const page = await upTo(limit, (query) =>
        context.client.GET("/v1/audit", { params: { query: { ...query, ...filter } } }),
      );
      print(context, page, () =>
        page.items.length === 0
          ? "Nothing was done yet."
          : table(
              ["at", "by", "what", "campaign", "batch", "detail"],
              page.items.map((entry) => [
                minute(entry.at),
                entry.actor,
                entry.action,
                entry.campaign_id,
                entry.batch_id,
                detailOf(entry.detail),
              ]),
            ),
      );
      noteMore(context, page, "more with --limit N");
    });
};

/** The changed fields as `name: value`; only --json shows lists and objects, such as a stop's batches. */
function detailOf(detail: Record<string, unknown>): string | null {
  const parts = Object.entries(detail).flatMap(([name, value]) =>
    value === null || typeof value === "object" || /_(id|at)$/.test(name) ? [] : [`${name}: ${String(value)}`],
  );
  return parts.join(", ") || null;
}
