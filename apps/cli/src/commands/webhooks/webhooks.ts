import type { Command } from "commander";
import type { Open } from "../../context.ts";
import { addCreateWebhook } from "./create.ts";
import { addDeleteWebhook } from "./delete.ts";
import { addDeliveries } from "./deliveries.ts";
import { addListWebhooks } from "./list.ts";
import { addReplay } from "./replay.ts";

/** `ringfence webhooks` */
export const addWebhooks = (program: Command, open: Open): void => {
  const webhooks = program
    .command("webhooks")
    .summary("send events to your programs, and check the deliveries")
    .description("Webhooks are addresses of your programs that receive events. Needs a key of role admin.")
    .addHelpText(
      "after",
      `
Examples:
  ringfence webhooks create https://example.com/ringfence batch.completed call.failed
  ringfence webhooks list
  ringfence webhooks deliveries 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --status failed
  ringfence webhooks replay 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --since 2027-01-31T12:00:00Z
  ringfence webhooks delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11`,
    );
  for (const add of [addListWebhooks, addCreateWebhook, addDeliveries, addReplay, addDeleteWebhook])
    add(webhooks, open);
};
