import { type Command, Option } from "commander";
import type { Format, Reading } from "./open-rows.ts";

/** The options of everything that reads a file of people. */
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

/** Adds the options that say how a file is read. `columns` are those that it may name. */
export function withFileOptions(command: Command, columns: ("number" | "name" | "id")[]): Command {
  command
    .addOption(countryOption())
    .option(
      "--phone <column>",
      "the column of numbers, where the guess is wrong; a further one serves where the first is empty",
      repeated,
    );
  if (columns.includes("name"))
    command.option("--name-column <column>", "the column of names; first and last name: give it twice", repeated);
  if (columns.includes("id")) command.option("--id-column <column>", "the column of your own ids");
  return command
    .addOption(
      new Option("--format <format>", "how a text file is written; by default as it looks or its name ends").choices([
        "csv",
        "ndjson",
      ]),
    )
    .option("--charset <label>", "its charset, such as windows-1252 or shift_jis, where the guess is wrong")
    .option(
      "--rejected <file>",
      "write rejected rows into this file, whole and with the reason, to correct and import",
    );
}

/** What the options say about how to read a file. Throws CliError for an unknown country. */
export async function readingOf(options: FileOptions): Promise<Reading> {
  // Not loaded at each start: tables of all countries' numbers.
  const { readCountry } = await import("./numbers.ts");
  const { country, format, charset, phone, nameColumn, idColumn } = options;
  return { country: readCountry(country), format, charset, phone, nameColumn, idColumn };
}
