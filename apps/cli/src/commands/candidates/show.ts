import type { Command } from "commander";
import { type Open, print } from "../../context.ts";
import { candidateRecord } from "./candidate-record.ts";

/** `ringfence candidates show CANDIDATE` */
export const addShow = (candidates: Command, open: Open): void => {
  candidates
    .command("show")
    .description("Show a candidate with the variables that the agent may use.")
    .argument("<id>", "id of the candidate, as the list shows it")
    .addHelpText("after", "\nExample:\n  ringfence candidates show 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11")
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      const candidate = await context.client.GET("/v1/candidates/{id}", { params: { path: { id } } });
      print(context, candidate, () => candidateRecord(candidate));
    });
};
