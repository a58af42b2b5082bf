import { type ColumnMapping, columnsByName, guessColumns } from "@ringfence/intake";
import { usage } from "../exit-codes.ts";
import { plain } from "../terminal/text.ts";

/** Number of columns that are listed when none holds numbers. */
const LISTED = 20;

/** The columns named by options. */
export interface ChosenColumns {
  phone?: string[] | undefined;
  nameColumn?: string[] | undefined;
  idColumn?: string | undefined;
}

const OPTIONS = { phone: "--phone", nameColumn: "--name-column", idColumn: "--id-column" } as const;

/** Which column holds what: as named by options, otherwise as guessed from names and first rows. Throws CliError for a column that does not exist, and if no column holds numbers. */
export function chooseColumns(
  file: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  chosen: ChosenColumns,
): ColumnMapping {
  const guess = guessColumns(columns, rows);
  const find = (option: keyof typeof OPTIONS, name: string): number => {
    const at = placeOf(columns, name);
    if (at < 0) throw usage(`${OPTIONS[option]}: ${file} has no column "${plain(name)}". ${listed(columns)}`);
    return at;
  };
  const phones =
    chosen.phone?.map((name) => find("phone", name)) ?? (guess.phones.length > 0 ? guess.phones : named(columns));
  const isFree = (n: number) => !phones.includes(n);
  const name = chosen.nameColumn?.map((column) => find("nameColumn", column)) ?? guess.name.filter(isFree);
  const guessedId = guess.externalId !== null && isFree(guess.externalId) ? guess.externalId : null;
  const externalId = chosen.idColumn === undefined ? guessedId : find("idColumn", chosen.idColumn);
  if (phones.length === 0)
    throw usage(`${file} has no column of phone numbers. ${listed(columns)}\nName the column: --phone COLUMN`);
  return { phones, name, externalId: externalId !== null && name.includes(externalId) ? null : externalId };
}

/** Whether this row has all columns named by options, and so is the header. */
export const namesColumns = (
  row: readonly string[],
  { phone = [], nameColumn = [], idColumn }: ChosenColumns,
): boolean => {
  const named = [...phone, ...nameColumn, ...(idColumn === undefined ? [] : [idColumn])];
  return named.length > 0 && named.every((name) => placeOf(row, name) >= 0);
};

/** The note about the chosen columns, null if they have the API's own names. */
export function aboutColumns(file: string, columns: readonly string[], mapping: ColumnMapping): string | null {
  const { phones, name, externalId } = mapping;
  const named = (places: readonly number[], by: string) => places.map((n) => `"${plain(columns[n]!)}"`).join(by);
  const isPlain =
    named(phones, "") === '"phone_number"' &&
    (name.length === 0 || named(name, "") === '"name"') &&
    (externalId === null || columns[externalId] === "external_id");
  if (isPlain) return null;
  const taken = [
    `number from ${named(phones.slice(0, 1), "")}`,
    ...(phones.length > 1 ? [`if that is empty from ${named(phones.slice(1), ", then ")}`] : []),
    name.length > 0 ? `name from ${named(name, " + ")}` : "no name",
    ...(externalId === null ? [] : [`external id from ${named([externalId], "")}`]),
  ];
  return `${file}: ${taken.join("; ")}`;
}

/** Finds the number column by the names that the API knows, whatever its cells look like; bad rows are then rejected individually. */
function named(columns: readonly string[]): readonly number[] {
  try {
    return columnsByName(columns).phones;
  } catch {
    return [];
  }
}

function placeOf(columns: readonly string[], name: string): number {
  const trimmed = columns.map((column) => column.trim());
  const exact = trimmed.indexOf(name.trim());
  return exact >= 0 ? exact : trimmed.findIndex((column) => column.toLowerCase() === name.trim().toLowerCase());
}

function listed(columns: readonly string[]): string {
  const names = columns.slice(0, LISTED).map((name) => (name === "" ? "(no name)" : `"${plain(name)}"`));
  const more = columns.length - names.length;
  return `Its columns: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
