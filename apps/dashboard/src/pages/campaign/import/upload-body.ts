import Papa from "papaparse";
import { type Head, withLineFeeds } from "./csv-head.ts";

/** Largest file that is rewritten in the browser's memory, in bytes; files with commas in UTF-8 go as they are, however large. */
export const MOST_CONVERTED = 50_000_000;

/** A file that would have to be rewritten and is too large for it. */
export class TooLargeToConvert extends Error {
  override readonly name = "TooLargeToConvert";
}

/** One row of CSV, every cell in quotes, with its line end. */
export const csvRow = (cells: readonly string[]): string =>
  `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\r\n`;

/** Whether the file can go as it is, only its header row replaced. */
const goesAsItIs = ({ encoding, delimiter, firstRowEnd }: Head, hasHeader: boolean): boolean =>
  encoding === "utf-8" && delimiter === "," && (!hasHeader || firstRowEnd !== null);

/**
 * What to send for a file: `columns` as header row, then its data. The file itself is not read into memory if it has
 * commas and is UTF-8; any other is rewritten. Throws `TooLargeToConvert`.
 */
export async function uploadBody(
  file: Blob,
  head: Head,
  hasHeader: boolean,
  columns: readonly string[],
): Promise<Blob> {
  const header = csvRow(columns);
  if (goesAsItIs(head, hasHeader)) {
    return new Blob([header, file.slice(hasHeader ? head.firstRowEnd! : head.start)]);
  }
  if (file.size > MOST_CONVERTED) throw new TooLargeToConvert();
  const text = new TextDecoder(head.encoding).decode(await file.arrayBuffer());
  const { data } = Papa.parse<string[]>(withLineFeeds(text), { delimiter: head.delimiter, skipEmptyLines: true });
  const rows = hasHeader ? data.slice(1) : data;
  return new Blob([header, ...rows.map((row) => csvRow(row.map((cell) => cell.trim())))]);
}
