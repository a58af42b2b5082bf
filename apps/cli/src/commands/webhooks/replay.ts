import { type Command, InvalidArgumentError, Option } from "commander";
import { type Open, print } from "../../context.ts";
import { count } from "../../terminal/text.ts";

const STATUSES = ["delivered", "failed"] as const;

interface Options {
  since: string;
  status?: (typeof STATUSES)[number];
}

/** Reads a time such as 2027-01-31T12:00:00Z, or a day, whose start is taken in UTC. Throws InvalidArgumentError otherwise. */
function time(text: string): string {
  const ms = /^\d{4}-\d\d-\d\d(?:T.*(?:Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError("Must be a time such as 2027-01-31T12:00:00Z, or a day.");
  return new Date(ms).toISOString();
}

/** `ringfence webhooks replay WEBHOOK` */
export const addReplay = (webhooks: Command, open: Open): void => {
  webhooks
    .command("replay")
    .description("Send events of the last seven days to a webhook again.")
    .argument("<id>", "id of the webhook, as the list shows it")
    .addOption(
      new Option("--since <time>", "events that happened since this time, such as 2027-01-31T12:00:00Z")
        .argParser(time)
        .makeOptionMandatory(),
    )
    .addOption(new Option("--status <status>", "only deliveries with this status").choices(STATUSES))
    .addHelpText(
      "after",
      "\nExample:\n  ringfence webhooks replay 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --since 2027-01-31 --status failed",
    )
    .action(async (id: string, body: Options, command: Command) => {
      const context = open(command);
      const { since, status } = body;
      const answer = await context.client.POST("/v1/webhooks/{id}/replay", {
        params: { path: { id } },
        body: { since, ...(status && { status }) },
      });
      print(context, answer, () => `${count(answer.replayed)} to be sent again`);
    });
};
