import type { Command } from "commander";
import { type Open, print } from "../../context.ts";
import { upTo } from "../../lists.ts";
import { minute, table } from "../../terminal/text.ts";

/** `ringfence webhooks list` */
export const addListWebhooks = (webhooks: Command, open: Open): void => {
  webhooks
    .command("list")
    .description("List the webhooks, newest first, with the numbers of pending deliveries and of deliveries given up.")
    .addHelpText("after", "\nExample:\n  ringfence webhooks list")
    .action(async (_options: object, command: Command) => {
      const context = open(command);
      const page = await upTo(Number.POSITIVE_INFINITY, (query) =>
        context.client.GET("/v1/webhooks", { params: { query } }),
      );
      print(context, page, () =>
        page.items.length === 0
          ? "There is no webhook yet: ringfence webhooks create --help"
          : table(
              ["id", "address", "events", "created", "by", "pending", "given up"],
              page.items.map((one) => [
                one.id,
                one.url,
                one.events.join(" "),
                minute(one.created_at),
                one.created_by,
                one.pending_deliveries,
                one.failed_deliveries,
              ]),
              "address",
            ),
      );
    });
};
