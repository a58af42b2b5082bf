import {
  type Charset,
  type ColumnMapping,
  findLayout,
  guessColumns,
  hasHeaderRow,
  IntakeFault,
  openTable,
  type Reading,
  type RefusedRow,
  siftTable,
  type TableRow,
  type TakenRow,
  uniqueColumns,
} from "@ringfence/intake";
import type { Source } from "./choose/source.ts";

/** Number of first rows from which columns are guessed; the first few of them are shown. */
const LOOKED_AT = 100;

/** A source opened as a table in one of the ways in which it can be read. */
export interface Opened {
  source: Source;
  charset: Charset | null;
  hasHeader: boolean;
  /** Names of the columns as in the file. */
  fileColumns: string[];
  /** The same names made unique: the names of the variables. */
  columns: string[];
  /** The first data rows. */
  rows: TableRow[];
  /** The separator of the rejected rows, so that the original spreadsheet program opens them. */
  separator: string;
}

/** Settings of how a source is read; settings left out are detected. */
export interface Asked {
  charset?: Charset | null;
  hasHeader?: boolean;
}

/** Reads the beginning of a source. Throws `IntakeFault` if it is empty or cannot be read. */
export async function openSource(source: Source, asked: Asked = {}): Promise<Opened> {
  const charset = asked.charset ?? source.charset;
  const hasHeader = asked.hasHeader ?? source.hasHeader ?? (await firstRowIsHeader(source, charset));
  const table = await openTable(source.records(charset), { hasHeader });
  if (!table) throw new IntakeFault("Holds no rows");
  const rows: TableRow[] = [];
  for await (const group of table.rows) {
    rows.push(...group.slice(0, LOOKED_AT - rows.length));
    if (rows.length >= LOOKED_AT) break;
  }
  const { columns: fileColumns } = table;
  const separator = await separatorOf(source, charset);
  return { source, charset, hasHeader, fileColumns, columns: variableNames(fileColumns), rows, separator };
}

/** A spreadsheet program separates by semicolons in locales with a decimal comma; a text file shows its own separator. */
async function separatorOf({ beginning }: Source, charset: Charset | null): Promise<string> {
  const isSemicolon = beginning
    ? findLayout(await beginning(charset)).separator === ";"
    : (1.5).toLocaleString().includes(",");
  return isSemicolon ? ";" : ",";
}

async function firstRowIsHeader(source: Source, charset: Charset | null): Promise<boolean> {
  for await (const [first] of source.records(charset)) if (first) return hasHeaderRow(first.cells);
  return true;
}

/** NUL, which a wrong charset produces, cannot be stored. */
const variableNames = (columns: readonly string[]): string[] =>
  uniqueColumns(columns.map((column) => column.replaceAll("\0", "")));

/** What the columns of an opened source probably hold. */
export const guessed = ({ columns, rows }: Opened): ColumnMapping =>
  guessColumns(
    columns,
    rows.map(({ cells }) => cells),
  );

/** The first rows as the import will read them: each with its number as it will be dialled, or why it is rejected. */
export async function previewOf(rows: readonly TableRow[], reading: Reading): Promise<(TakenRow | RefusedRow)[]> {
  const inOneGroup = (async function* () {
    yield [...rows];
  })();
  for await (const { taken, refused } of siftTable(inOneGroup, reading))
    return [...taken, ...refused].sort((one, other) => one.row - other.row);
  return [];
}
