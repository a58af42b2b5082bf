import { type Command, Option } from "commander";
import type { Format, Reading } from "./open-rows.ts";

/** The options of every command that reads a file of people. */
export interface FileOptions {
  country?: string;
  format?: Format;
  charset?: string;
  phone?: string[];
  nameColumn?: string[];
  idColumn?: string;
  rejected?: string;
}

/** `--country DE` */
export const countryOption = (): Option =>
  new Option("--country <letters>", "the country of numbers without +, such as DE; without it they are rejected");

const repeated = (value: string, before: string[] = []): string[] => [...before, value];

/** Adds the options for how a file is read. `columns` are the kinds of column that options may name. */
export function withFileOptions(command: Command, columns: ("number" | "name" | "id")[]): Command {
  command
    .addOption(countryOption())
    .option(
      "--phone <column>",
      "the column of numbers, if the guess is wrong; may be repeated: a further column is used where the first is empty",
      repeated,
    );
  if (columns.includes("name"))
    command.option("--name-column <column>", "the column of names; repeat it for first and last name", repeated);
  if (columns.includes("id")) command.option("--id-column <column>", "the column of your own ids");
  return command
    .addOption(
      new Option(
        "--format <format>",
        "format of a text file; by default it is detected from content and file name",
      ).choices(["csv", "ndjson"]),
    )
    .option("--charset <label>", "charset of the file, such as windows-1252 or shift_jis, if the guess is wrong")
    .option(
      "--rejected <file>",
      "write rejected rows into this file, whole and with the reason, to correct and import",
    );
}

/** How the options say to read a file. Throws CliError for an unknown country. */
export async function readingOf(options: FileOptions): Promise<Reading> {
  // Loaded only here, not at each start, because it has the number tables of all countries.
  const { readCountry } = await import("./numbers.ts");
  const { country, format, charset, phone, nameColumn, idColumn } = options;
  return { country: readCountry(country), format, charset, phone, nameColumn, idColumn };
}
