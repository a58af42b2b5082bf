import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import type { Response } from "express";

/** Cells that a spreadsheet would run as a formula begin so (owasp.org, "CSV Injection"); a leading quote makes them text. Phone numbers are ours and stay. */
const defuse = (text: string): string => (/^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text);

function cell(value: unknown, column: string): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") return JSON.stringify(value);
  return column === "phone_number" ? String(value) : defuse(String(value));
}

/** Writes rows as CSV with a header row, as they come, never more than a page in memory, as a file of this name. A client that goes away ends it. */
export async function sendCsv<Column extends string>(
  res: Response,
  filename: string,
  columns: readonly Column[],
  rows: AsyncIterable<Readonly<Record<Column, unknown>>>,
): Promise<void> {
  res.type("text/csv").attachment(filename);
  const cells = async function* () {
    for await (const row of rows) yield columns.map((column) => cell(row[column], column));
  };
  await pipeline(cells, stringify({ header: true, columns: [...columns] }), res).catch((error: { code?: string }) => {
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}

/** All rows of a list, read page by page. `place` says where a page ended. */
export async function* everyRow<Row, Place, View>(
  rows: (after: Place | null, limit: number) => Promise<Row[]>,
  pageSize: number,
  place: (row: Row) => Place,
  view: (row: Row) => View,
): AsyncGenerator<View> {
  for (let after: Place | null = null; ; ) {
    const found = await rows(after, pageSize);
    for (const row of found) yield view(row);
    const last = found.at(-1);
    if (!last || found.length < pageSize) return;
    after = place(last);
  }
}
