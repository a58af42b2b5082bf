import type { Schemas } from "@ringfence/client";
import { Argument, type Command } from "commander";
import { type Open, print } from "../../context.ts";
import { plain } from "../../terminal/text.ts";

type EventType = Schemas["Webhook"]["events"][number];

// Not imported from @ringfence/domain: that module would load zod at every start.
const EVENTS: Record<EventType, true> = {
  "batch.completed": true,
  "batch.cancelled": true,
  "campaign.stopped": true,
  "call.completed": true,
  "call.failed": true,
};

/** `ringfence webhooks create URL EVENT...` */
export const addCreateWebhook = (webhooks: Command, open: Open): void => {
  webhooks
    .command("create")
    .description(
      "Create a webhook: events are sent to its address. The secret that signs them is written to stdout, only this once; everything else goes to stderr.",
    )
    .argument("<url>", "address that events are sent to, such as https://example.com/ringfence")
    .addArgument(new Argument("<events...>", "events to send").choices(Object.keys(EVENTS)))
    .addHelpText(
      "after",
      `
Examples:
  ringfence webhooks create https://example.com/ringfence batch.completed batch.cancelled
  SECRET=$(ringfence webhooks create https://example.com/ringfence call.completed call.failed)`,
    )
    .action(async (url: string, events: EventType[], _options: object, command: Command) => {
      const context = open(command);
      const made = await context.client.POST("/v1/webhooks", { body: { url, events } });
      if (!context.json)
        context.io.note(`Webhook ${made.id} sends to ${plain(made.url)}. Its secret is shown only this once:`);
      print(context, made, () => made.secret);
    });
};
