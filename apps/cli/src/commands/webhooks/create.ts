import type { Schemas } from "@ringfence/client";
import { Argument, type Command } from "commander";
import { type Open, print } from "../../context.ts";
import { plain } from "../../terminal/text.ts";

type EventType = Schemas["Webhook"]["events"][number];

// Not from @ringfence/domain: what stands beside them there would have every start load zod.
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
      "Have events sent to an address. The secret that they are signed with is written to stdout, this once; everything else goes to stderr.",
    )
    .argument("<url>", "where events are sent, such as https://example.com/ringfence")
    .addArgument(new Argument("<events...>", "which events").choices(Object.keys(EVENTS)))
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
        context.io.note(`Webhook ${made.id} sends to ${plain(made.url)}. Its secret is shown this once:`);
      print(context, made, () => made.secret);
    });
};
