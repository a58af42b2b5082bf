import type { CandidateInput } from "@ringfence/domain";
import { IntakeFault } from "../intake-fault.ts";
import { REJECTED_BECAUSE } from "../rejected-rows.ts";
import { unstorable } from "../tables/table.ts";

/** Which column holds what, by index. All other columns become dynamic variables. */
export interface ColumnMapping {
  /** Columns of phone numbers; the first of them that is not empty is read. */
  phones: readonly number[];
  /** Columns whose texts, joined with a space, are the name. */
  name: readonly number[];
  externalId: number | null;
}

/** Longest number cell that is read, and echoed, in characters. */
const LONGEST_CELL = 200;

/** Other names of a column in a file that a program sends, without case and punctuation. */
const ALSO_CALLED = {
  phone_number: ["phonenumber", "phone", "telephone", "mobile", "number"],
  name: ["name", "fullname"],
  external_id: ["externalid"],
};
type Field = keyof typeof ALSO_CALLED;

/**
 * The columns of a file that a program sends: the column with a field's exact name, else the first with that name in
 * another spelling. Throws `IntakeFault` if none is `phone_number`.
 */
export function columnsByName(columns: readonly string[]): ColumnMapping {
  const plain = columns.map((column) => column.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  const find = (field: Field): number => {
    const own = columns.indexOf(field);
    if (own >= 0) return own;
    return ALSO_CALLED[field].map((name) => plain.indexOf(name)).find((at) => at >= 0) ?? -1;
  };
  const [phone, name, externalId] = [find("phone_number"), find("name"), find("external_id")];
  if (phone < 0) throw new IntakeFault("The header row has no column phone_number", null, "phone_number");
  return { phones: [phone], name: name < 0 ? [] : [name], externalId: externalId < 0 ? null : externalId };
}

/** Throws `IntakeFault` if two columns of a header have the same name, or a name cannot be stored. */
export function checkHeader(columns: readonly string[]): void {
  const twice = columns.find((name, index) => name !== "" && columns.indexOf(name) !== index);
  if (twice !== undefined) throw new IntakeFault("The header row names this column twice", null, twice);
  const fault = columns.map(unstorable).find((found) => found !== null);
  if (fault) throw new IntakeFault(`A column's name: ${fault}`, null, "header");
}

/** The same columns with unique names: the second `city` becomes `city_2`. Columns without a name stay unnamed. */
export function uniqueColumns(columns: readonly string[]): string[] {
  const used = new Set(columns);
  const seen = new Set<string>();
  return columns.map((column) => {
    let unique = column;
    for (let again = 2; column !== "" && seen.has(unique); again++) {
      if (!used.has(`${column}_${again}`)) unique = `${column}_${again}`;
    }
    seen.add(unique);
    used.add(unique);
    return unique;
  });
}

/**
 * Makes candidates of a table's rows. Every column but those of numbers is a variable under its own name, also the ones
 * read as name or external id; columns called exactly `name` and `external_id` are not stored twice, because the dial adds both
 * itself.
 */
export function candidateMaker(columns: readonly string[], mapping: ColumnMapping) {
  const { phones, name, externalId } = mapping;
  const isKeptAlready = (n: number): boolean =>
    phones.includes(n) ||
    (name.length === 1 && name[0] === n && columns[n] === "name") ||
    (externalId === n && columns[n] === "external_id");
  const variables = columns.flatMap((column, n): [string, number][] =>
    column === "" || column === REJECTED_BECAUSE || isKeptAlready(n) ? [] : [[column, n]],
  );
  return (cells: readonly string[]): CandidateInput => {
    const cellOf = (n: number) => (cells[n] ?? "").trim();
    const phone = phones.map(cellOf).find((cell) => cell !== "") ?? "";
    return {
      // The ellipsis, which no number has, prevents a match, because a second number may have been cut off.
      phone_number: phone.length > LONGEST_CELL ? `${phone.slice(0, LONGEST_CELL)}\u2026` : phone,
      name: name
        .map(cellOf)
        .filter((part) => part !== "")
        .join(" "),
      external_id: externalId === null ? "" : cellOf(externalId),
      dynamic_variables: Object.fromEntries(variables.map(([column, n]) => [column, cells[n] ?? ""])),
    };
  };
}
