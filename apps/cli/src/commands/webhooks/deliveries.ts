import { type Command, Option } from "commander";
import { wholeNumber } from "../../arguments.ts";
import { type Open, print } from "../../context.ts";
import { noteMore, upTo } from "../../lists.ts";
import { minute, table } from "../../terminal/text.ts";

const STATUSES = ["pending", "delivered", "failed"] as const;
const FIRST = 50;

interface Options {
  status?: (typeof STATUSES)[number];
  limit: number;
}

/** `ringfence webhooks deliveries WEBHOOK` */
export const addDeliveries = (webhooks: Command, open: Open): void => {
  webhooks
    .command("deliveries")
    .description("List the deliveries to a webhook within the last seven days, newest first.")
    .argument("<id>", "id of the webhook, as the list shows it")
    .addOption(new Option("--status <status>", "only deliveries with this status").choices(STATUSES))
    .addOption(new Option("--limit <n>", "show at most N").argParser(wholeNumber(1, 1_000_000)).default(FIRST))
    .addHelpText(
      "after",
      "\nExample:\n  ringfence webhooks deliveries 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --status failed",
    )
    .action(async (id: string, { status, limit }: Options, command: Command) => {
      const context = open(command);
      const page = await upTo(limit, (query) => {
        const params = { path: { id }, query: { ...query, ...(status && { status }) } };
        return context.client.GET("/v1/webhooks/{id}/deliveries", { params });
      });
      print(context, page, () =>
        page.items.length === 0
          ? "No such delivery."
          : table(
              ["id", "event", "status", "attempts", "last sent", "answer", "error"],
              page.items.map((one) => [
                one.id,
                one.type,
                one.status,
                one.attempts,
                minute(one.attempted_at),
                one.response_status === null ? null : String(one.response_status),
                one.error,
              ]),
            ),
      );
      noteMore(context, page, "more with --limit N");
    });
};
