/** The added column in a file of rejected rows; an import ignores it. */
export const REJECTED_BECAUSE = "rejected_because";

/** A cell that begins like this would be run as a formula by a spreadsheet (owasp.org, "CSV Injection"). A plain number is left alone. */
const FORMULA = /^'*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/;
const ONLY_A_NUMBER = /^\+[\d ]+$/;

/** A row that was not imported. */
export interface RejectedRow {
  values: readonly string[];
  reason: string;
}

/** One row of CSV, every cell in quotes, with its line end. */
export const csvRow = (cells: readonly string[]): string => separatedRow(cells, ",");

const separatedRow = (cells: readonly string[], separator: string): string =>
  `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator)}\r\n`;

/** The header of a file of rejected rows: the file's own columns and the reason. Spreadsheets in some locales need a semicolon. */
export const rejectedHeader = (columns: readonly string[], separator = ","): string =>
  separatedRow([...columns.filter((name) => name !== REJECTED_BECAUSE).map(withGuard), REJECTED_BECAUSE], separator);

/** A rejected row under that header. Surplus fields, which belong to no column, follow the reason. */
export function rejectedLine(columns: readonly string[], { values, reason }: RejectedRow, separator = ","): string {
  const cells = columns.flatMap((name, n) => (name === REJECTED_BECAUSE ? [] : [values[n] ?? ""]));
  return separatedRow([...cells, reason, ...values.slice(columns.length)].map(withGuard), separator);
}

/** Adds a leading apostrophe, which makes a formula a text. */
export const withGuard = (cell: string): string =>
  FORMULA.test(cell) && !ONLY_A_NUMBER.test(cell) ? `'${cell}` : cell;

/** Removes that apostrophe again. */
export const withoutGuard = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;

/** Whether a file is one of our files of rejected rows, whose cells were guarded. */
export const hasFormulaGuards = (columns: readonly string[]): boolean => columns.includes(REJECTED_BECAUSE);
