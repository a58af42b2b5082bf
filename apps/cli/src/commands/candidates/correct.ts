import { type Command, InvalidArgumentError } from "commander";
import { type Open, print } from "../../context.ts";
import { usage } from "../../exit-codes.ts";
import { countryOption } from "../../import/import-options.ts";
import { candidateRecord } from "./candidate-record.ts";

interface Options {
  number?: string;
  country?: string;
  name?: string;
  externalId?: string;
  variable?: Record<string, string>;
}

/** Reads NAME=VALUE, and adds it to the previous pairs. Throws InvalidArgumentError without a name. */
function variable(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Must be NAME=VALUE.");
  return { ...before, [name]: value };
}

/** `ringfence candidates correct CANDIDATE` */
export const addCorrect = (candidates: Command, open: Open): void => {
  candidates
    .command("correct")
    .description(
      "Correct a candidate; the next dial uses the correction. Refused while the candidate has an unfinished call; a number that was dialled cannot be changed.",
    )
    .argument("<id>", "id of the candidate, as the list shows it")
    .option("--number <number>", "the right number, such as +14155550100")
    .addOption(countryOption())
    .option("--name <name>", 'the right name; "" for none')
    .option("--external-id <id>", 'your own id of the candidate; "" for none')
    .option(
      "--variable <name=value>",
      "a variable; may be repeated; the given variables replace all previous ones",
      variable,
    )
    .addHelpText(
      "after",
      `
Examples:
  ringfence candidates correct 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --number "030 901820" --country DE
  ringfence candidates correct 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11 --name "Ada Brennan" --variable city=Austin --variable tier=gold`,
    )
    .action(async (id: string, options: Options, command: Command) => {
      const { number, country, name, externalId, variable: variables } = options;
      const body = {
        ...(number !== undefined && {
          phone_number: number,
          ...(country && { default_country: country.toUpperCase() }),
        }),
        ...(name !== undefined && { name: name || null }),
        ...(externalId !== undefined && { external_id: externalId || null }),
        ...(variables && { dynamic_variables: variables }),
      };
      if (Object.keys(body).length === 0)
        throw usage("Say what to correct: --number, --name, --external-id or --variable");
      const context = open(command);
      const candidate = await context.client.PATCH("/v1/candidates/{id}", { params: { path: { id } }, body });
      print(context, candidate, () => candidateRecord(candidate));
    });
};
