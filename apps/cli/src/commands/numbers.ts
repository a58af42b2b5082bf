import type { Command } from "commander";
import { type Open, print } from "../context.ts";
import { agentTable, numberTable } from "../words/views.ts";

/** `ringfence numbers` */
export const addNumbers = (program: Command, open: Open): void => {
  program
    .command("numbers")
    .summary("list the numbers of the Retell account that a campaign may call from")
    .description(
      "List the numbers of the Retell account that a campaign may call from. Keys of role viewer see numbers masked.",
    )
    .addHelpText(
      "after",
      `
Examples:
  ringfence numbers
  ringfence numbers --json | jq -r '.items[].phone_number'`,
    )
    .action(async (_options: object, command: Command) => {
      const context = open(command);
      const numbers = await context.client.GET("/v1/retell/numbers");
      print(context, numbers, () => numberTable(numbers.items));
    });
};

/** `ringfence agents` */
export const addAgents = (program: Command, open: Open): void => {
  program
    .command("agents")
    .summary("list the agents of the Retell account that a campaign may use")
    .description("List the agents of the Retell account that a campaign may use.")
    .addHelpText(
      "after",
      `
Examples:
  ringfence agents
  ringfence agents --json | jq -r '.items[].agent_id'`,
    )
    .action(async (_options: object, command: Command) => {
      const context = open(command);
      const agents = await context.client.GET("/v1/retell/agents");
      print(context, agents, () => agentTable(agents.items));
    });
};
