import type { Command } from "commander";
import { type Open, print } from "../../context.ts";
import { plain } from "../../terminal/text.ts";

/** `ringfence webhooks delete WEBHOOK` */
export const addDeleteWebhook = (webhooks: Command, open: Open): void => {
  webhooks
    .command("delete")
    .description("Delete a webhook. No more events are sent to its address.")
    .argument("<id>", "id of the webhook, as the list shows it")
    .addHelpText("after", "\nExample:\n  ringfence webhooks delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11")
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      await context.client.DELETE("/v1/webhooks/{id}", { params: { path: { id } } });
      print(context, { id, deleted: true }, () => `deleted webhook ${plain(id)}`);
    });
};
