import Papa from "papaparse";

/** What a column holds: one of ours, or a dynamic variable under its own name. */
export type ColumnUse = "phone_number" | "name" | "external_id" | "variable";

/** The head of a CSV file, as far as it was looked at. */
export interface CsvHead {
  delimiter: string;
  /** Whether the first row names the columns. */
  hasHeader: boolean;
  columns: string[];
  /** The first rows of data. */
  rows: string[][];
  /** Where the data begin, in characters of the text without its byte order mark: behind the header row. */
  dataFrom: number;
}

/** Rows shown before an import. */
const PREVIEW_ROWS = 5;
const NUMBER = /^\s*\+?[\d\s().-]{7,}$/;
const GUESSES: [ColumnUse, RegExp][] = [
  ["phone_number", /^(phone|phone_?number|number|telephone|tel|mobile|mobile_?number|cell|phone_?no)$/],
  ["name", /^(name|full_?name|candidate|contact)$/],
  ["external_id", /^(external_?id|id|ref|reference|candidate_?id)$/],
];

/** Reads the head of a CSV text. Null if there is no row in it. */
export function readHead(text: string): CsvHead | null {
  const plain = text.replace(/^\uFEFF/, "");
  const delimiter = delimiterOf(plain);
  const parsed = Papa.parse<string[]>(plain, { delimiter, preview: PREVIEW_ROWS + 1, skipEmptyLines: true });
  const [first, ...rest] = parsed.data;
  if (!first) return null;
  const hasHeader = !first.some((cell) => NUMBER.test(cell));
  const columns = hasHeader ? first.map((cell) => cell.trim()) : first.map((_, n) => `column_${n + 1}`);
  const rows = (hasHeader ? rest : parsed.data).slice(0, PREVIEW_ROWS);
  return {
    delimiter,
    hasHeader,
    columns,
    rows,
    dataFrom: hasHeader ? text.length - plain.length + endOfFirstRow(plain) : 0,
  };
}

/** The delimiter that the first row holds most of; of a file with one column, a comma. */
function delimiterOf(text: string): string {
  const row = text.slice(0, endOfFirstRow(text));
  const [best] = [",", ";", "\t", "|"]
    .map((delimiter) => ({ delimiter, times: row.split(delimiter).length }))
    .sort((a, b) => b.times - a.times);
  return best!.times > 1 ? best!.delimiter : ",";
}

/** Behind the line break that ends the first row that is not empty; one inside quotes does not end it. */
function endOfFirstRow(text: string): number {
  let quoted = false;
  let begun = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') quoted = !quoted;
    if (!quoted && (character === "\n" || character === "\r")) {
      if (begun) return character === "\r" && text[at + 1] === "\n" ? at + 2 : at + 1;
    } else begun = true;
  }
  return text.length;
}

/** Guesses by its name, or in a file without a header by what is in it, what each column holds. */
export function guessUses({ columns, rows, hasHeader }: CsvHead): ColumnUse[] {
  const uses = columns.map((): ColumnUse => "variable");
  for (const [use, pattern] of GUESSES) {
    const at = columns.findIndex(
      (column, n) => uses[n] === "variable" && pattern.test(column.toLowerCase().replace(/[\s-]+/g, "_")),
    );
    if (at >= 0) uses[at] = use;
  }
  if (!hasHeader) {
    const number = columns.findIndex((_, n) => rows.every((row) => NUMBER.test(row[n] ?? "")));
    if (number >= 0) uses[number] = "phone_number";
    const name = columns.findIndex((_, n) => n !== number);
    if (name >= 0) uses[name] = "name";
  }
  return uses;
}

/** Why the columns cannot be imported so, null if they can. */
export function faultOfUses(columns: readonly string[], uses: readonly ColumnUse[]): string | null {
  if (!uses.includes("phone_number")) return "Choose the column that holds the phone numbers.";
  for (const use of ["phone_number", "name", "external_id"] as const) {
    if (uses.filter((each) => each === use).length > 1) return `Only one column can be ${use}.`;
  }
  const names = headerOf(columns, uses);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) return `Two columns are named "${twice}".`;
  return names.includes("") ? "A column has no name." : null;
}

/** The names under which the API takes the columns. */
export const headerOf = (columns: readonly string[], uses: readonly ColumnUse[]): string[] =>
  columns.map((column, n) => (uses[n] === "variable" ? column : uses[n]!));

/** One row as CSV, with the line break that ends it. */
export const toCsvRow = (cells: readonly string[]): string => `${Papa.unparse([[...cells]])}\r\n`;
