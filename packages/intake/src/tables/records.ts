import { type CsvError, parse } from "csv-parse";
import { IntakeFault } from "../intake-fault.ts";
import { countLineEnds } from "./line-ends.ts";
import { findLayout } from "./separator.ts";

/** Longest row, in characters: a quote that is never closed must not buffer the rest of the file. */
export const LONGEST_ROW = 100_000;
/** Number of first characters in which the separator is searched. */
const HEAD = 65_536;
/**
 * Characters that are parsed together. Rows of a larger group outlive the young generation and wait in the old one for its
 * rare collection: with 64,000 a million rows took 480 MB instead of 250.
 */
const PIECE = 8_192;
/** All line ends, also mixed in one file; csv-parse by default would use only the first kind. */
const ROW_ENDS = ["\r\n", "\n", "\r"];

/** One row of a file, unchanged. */
export interface TableRecord {
  /** The line on which it begins; 1 is the first of the file. */
  line: number;
  cells: string[];
  /** Its quotes cannot be right, so its fields are unknown. */
  isBroken: boolean;
}

type Text = AsyncIterable<string> | Iterable<string>;
type Chunks = AsyncIterator<string> | Iterator<string>;

/**
 * Reads CSV as it arrives, in groups of rows: the separator is detected, quotes inside an unquoted field are text,
 * and rows whose fields are all empty are skipped. csv-parse does the reading; lines are counted here, because it counts
 * a CRLF inside quotes twice. Throws `IntakeFault` for a quote that never closes, at the line on which it opens, and for a
 * row longer than 100,000 characters.
 */
export async function* readRecords(text: Text, asked: { separator?: string } = {}): AsyncGenerator<TableRecord[]> {
  const chunks: Chunks = Symbol.asyncIterator in text ? text[Symbol.asyncIterator]() : text[Symbol.iterator]();
  try {
    const head = await headOf(chunks);
    const layout = findLayout(head.slice(0, HEAD));
    const reader = createReader(asked.separator ?? layout.separator, 1 + countLineEnds(head.slice(0, layout.skip)));
    for (const piece of pieces(head.slice(layout.skip))) yield* reader.read(piece);
    for (let next = await chunks.next(); !next.done; next = await chunks.next())
      for (const piece of pieces(next.value)) yield* reader.read(piece);
    yield* reader.end();
  } finally {
    // Also if the rows cannot be read or the reader stops, because the source may hold a file or a connection.
    await chunks.return?.();
  }
}

/** A text in pieces of some 8,000 characters, none of which begins or ends within a character. */
function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const cut = at + PIECE;
    const end = /[\ud800-\udbff]/.test(text[cut - 1] ?? "") ? cut + 1 : cut;
    yield text.slice(at, end);
    at = end;
  }
}

/** The first chunks, joined, up to the length of the beginning. */
async function headOf(chunks: Chunks): Promise<string> {
  let head = "";
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head += next.value;
    if (head.length >= HEAD) break;
  }
  return head;
}

/** Parses chunks one after the other; rows completed by a chunk are returned immediately. */
function createReader(separator: string, firstLine: number) {
  type Parsed = { record: string[]; raw: string };
  let fault: { error: CsvError; raw: string } | undefined;
  let line = firstLine;
  let delivered = 0;
  const parser = parse({
    delimiter: separator,
    record_delimiter: ROW_ENDS,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LONGEST_ROW,
    raw: true,
    // Rows before the fault are delivered first; an error of the stream would drop them.
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      if (error) fault ??= { error, raw: raw ?? "" };
    },
  });

  const next = () => parser.read() as Parsed | null;
  const taken = (rows: Parsed[]): TableRecord[] => {
    const records: TableRecord[] = [];
    for (const { record, raw } of rows) {
      if (fault && delivered === fault.error.records) break;
      delivered++;
      const isEmpty = record.every((cell) => cell.trim() === "");
      if (!isEmpty) records.push({ line, cells: record, isBroken: hasTextBehindQuote(record, raw, separator) });
      line += 1 + (raw.includes('"') ? linesInside(record) : 0);
    }
    return records;
  };
  const thrown = (): IntakeFault => {
    const opens = openQuote(fault!.raw, separator);
    return opens === null
      ? new IntakeFault(`The row has more than ${LONGEST_ROW} characters`, line)
      : new IntakeFault("A quote opens here and never closes; close it or remove it", line + countLineEnds(opens));
  };

  return {
    *read(chunk: string): Generator<TableRecord[]> {
      if (chunk === "") return;
      parser.write(chunk);
      const rows: Parsed[] = [];
      for (let row = next(); row !== null; row = next()) rows.push(row);
      const records = taken(rows);
      if (records.length > 0) yield records;
      if (fault) throw thrown();
    },
    async *end(): AsyncGenerator<TableRecord[]> {
      const rows: Parsed[] = [];
      await new Promise<void>((resolve, reject) => {
        parser.once("end", resolve).once("error", reject);
        parser.on("data", (row: Parsed) => rows.push(row));
        parser.end();
      });
      const records = taken(rows);
      if (records.length > 0) yield records;
      if (fault) throw thrown();
    },
  };
}

const linesInside = (cells: readonly string[]): number => cells.reduce((sum, cell) => sum + countLineEnds(cell), 0);

/** Whether text follows a closing quote in a field; csv-parse then returns the field with its quotes. */
function hasTextBehindQuote(cells: readonly string[], raw: string, separator: string): boolean {
  if (!cells.some((cell) => cell.startsWith('"'))) return false;
  for (const { closing, next } of quotedFields(raw, separator)) {
    if (closing && next !== undefined && next !== separator && !/[\r\n]/.test(next)) return true;
  }
  return false;
}

/** The text before the quote that is never closed, null if every quote is closed. */
function openQuote(raw: string, separator: string): string | null {
  for (const { at, closing } of quotedFields(raw, separator)) if (!closing) return raw.slice(0, at);
  return null;
}

/** The quoted fields of a raw row: where each begins, whether its quote closes, and the character after that. */
function* quotedFields(raw: string, separator: string) {
  const quoted = /"[^"]*(?:""[^"]*)*("?)/y;
  for (let at = 0; at < raw.length; ) {
    if (raw[at] === '"') {
      quoted.lastIndex = at;
      const [field, closing] = quoted.exec(raw)!;
      const isClosed = closing === '"' && field.length > 1;
      yield { at, closing: isClosed, next: raw[at + field.length] };
      if (!isClosed) return;
      at += field.length;
    }
    const end = raw.indexOf(separator, at);
    if (end < 0) return;
    at = end + separator.length;
  }
}
