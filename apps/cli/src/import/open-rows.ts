import {
  candidateMaker,
  charsetOf,
  checkHeader,
  decode,
  findLayout,
  hasHeaderRow,
  isCharset,
  kindOf,
  openTable,
  readRecords,
  readWorkbook,
  siftNumbers,
  siftTable,
  type TableRecord,
  uniqueColumns,
} from "@ringfence/intake";
import { usage } from "../exit-codes.ts";
import { plain } from "../terminal/text.ts";
import { aboutColumns, type ChosenColumns, chooseColumns, namesColumns } from "./choose-columns.ts";
import { ndjsonRows } from "./ndjson-rows.ts";
import type { Note, OpenRows } from "./rows.ts";
import type { Source } from "./source.ts";
import { gathered } from "./spool.ts";

/** Number of first rows that the columns are guessed from. */
const SAMPLE = 200;
/** Number of first bytes that the kind of file is detected from. */
const HEAD = 1_024;
/** Largest workbook, in bytes; a workbook is read whole. */
const MOST_WORKBOOK = 200_000_000;

/** The format of a text file. */
export type Format = "csv" | "ndjson";

/** What the options say about a file. */
export interface Reading extends ChosenColumns {
  format?: Format | undefined;
  charset?: string | undefined;
  country?: string | undefined;
  /** Whether every number column of a row counts, not only the first that is filled. */
  everyNumber?: boolean | undefined;
}

type Records = () => Iterable<TableRecord[]> | AsyncIterable<TableRecord[]>;

/**
 * Recognises a file by its content, chooses charset and columns, and returns its rows. Throws IntakeFault for a file that cannot be
 * read and CliError if options are missing or wrong.
 */
export async function openRows(source: Source, reading: Reading): Promise<OpenRows> {
  const { charset: asked, country } = reading;
  if (asked !== undefined && !isCharset(asked))
    throw usage(
      `--charset: There is no charset "${plain(asked)}"; name a charset such as windows-1252, macintosh, shift_jis`,
    );
  const head = await beginningOf(source);
  if (kindOf(head) === "workbook") {
    const groups = await workbookOf(source);
    return await tableRows(source, () => groups, reading);
  }
  const charset = asked ?? (await charsetOf(source.bytes()));
  const text = () => decode(source.bytes(), charset);
  const rows = isNdjson(source, reading, head)
    ? ndjsonRows(text, country)
    : { ...(await tableRows(source, () => readRecords(text()), reading)), separator: await separatorOf(text()) };
  return asked === undefined && charset !== "utf-8"
    ? { ...rows, notes: [aboutCharset(source, charset), ...rows.notes] }
    : rows;
}

async function tableRows(source: Source, records: Records, reading: Reading): Promise<OpenRows> {
  const name = plain(source.name);
  const sample = await firstOf(records());
  const [top] = sample;
  if (!top) throw usage(`${name} is empty`);
  const hasHeader = namesColumns(top.cells, reading) || hasHeaderRow(top.cells);
  const open = async (from: ReturnType<Records>) => (await openTable(from, { hasHeader }))!;

  const beginning = await open([sample]);
  checkHeader(uniqueColumns(beginning.columns));
  const columns = uniqueColumns(beginning.columns);
  const first = (await gathered(beginning.rows)).flat();
  const mapping = chooseColumns(
    name,
    columns,
    first.map(({ cells }) => cells),
    reading,
  );
  const about = aboutColumns(name, columns, mapping);
  const toCandidate = candidateMaker(columns, mapping);
  return {
    notes: about === null ? [] : [{ code: "columns", detail: about }],
    columns: beginning.columns,
    separator: ",",
    cells: (values) => values as string[],
    async *groups() {
      const { rows } = await open(records());
      const sift = reading.everyNumber ? siftNumbers : siftTable;
      for await (const { taken, refused } of sift(rows, { columns, mapping, defaultCountry: reading.country }))
        yield {
          taken,
          refused: refused.map((row) => ({ ...row, phone_number: toCandidate(row.cells).phone_number })),
        };
    },
  };
}

/** The separator at the beginning of a text. */
async function separatorOf(text: AsyncIterable<string>): Promise<OpenRows["separator"]> {
  for await (const beginning of text) return findLayout(beginning).separator === ";" ? ";" : ",";
  return ",";
}

/** A table's first rows. */
async function firstOf(records: ReturnType<Records>): Promise<TableRecord[]> {
  const first: TableRecord[] = [];
  for await (const group of records) {
    first.push(...group.slice(0, SAMPLE + 1 - first.length));
    if (first.length > SAMPLE) break;
  }
  return first;
}

async function beginningOf(source: Source): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.bytes()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD) break;
  }
  return Buffer.concat(chunks).subarray(0, HEAD);
}

/** All rows of a workbook; the sheet is read whole, and only once. */
async function workbookOf(source: Source): Promise<TableRecord[][]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.bytes()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_WORKBOOK) throw usage(`${plain(source.name)} is a workbook of more than 200 MB; save it as CSV`);
  }
  return await gathered(readWorkbook(new Uint8Array(Buffer.concat(chunks))));
}

/** Whether it is NDJSON: by the option, else by the file name's ending, else because it begins with an object. */
function isNdjson({ ending }: Source, { format }: Reading, head: Uint8Array): boolean {
  if (format !== undefined) return format === "ndjson";
  return ending === "ndjson" || ending === "jsonl" || /^\ufeff?\s*\{\s*"/.test(new TextDecoder().decode(head));
}

const CHARSETS: Record<string, string> = { "windows-1252": "Windows-1252", "utf-16le": "UTF-16", "utf-16be": "UTF-16" };

const aboutCharset = ({ name }: Source, charset: string): Note => ({
  code: "charset",
  detail: `${plain(name)} is read as ${CHARSETS[charset] ?? charset}; if letters are wrong, name another charset with --charset LABEL`,
});
