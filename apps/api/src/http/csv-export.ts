import { pipeline } from "node:stream/promises";
import type { Page } from "@ringfence/domain";
import { stringify } from "csv-stringify";
import type { Request, Response } from "express";
import { type CursorKind, page } from "./cursors.ts";
import { ANSWERED } from "./operation.ts";

/** A cell that begins like this would be run as a formula by a spreadsheet (owasp.org, "CSV Injection"); a leading quote makes it text. Phone numbers were validated on import and stay as they are. */
const defuse = (text: string): string => (/^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text);

function cell(value: unknown, column: string): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") return JSON.stringify(value);
  return column === "phone_number" ? String(value) : defuse(String(value));
}

/** Streams rows as a CSV file of this name with a header row, with at most one page in memory. A client that leaves ends the export. */
async function sendCsv<Column extends string>(
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

/** A list that is served in pages, or whole as a file. */
interface Exportable<Place, Placed, Row extends Placed, View> {
  kind: CursorKind<Place, Placed>;
  rows: (after: Place | null, limit: number) => Promise<Row[]>;
  view: (row: Row) => View;
  file: {
    name: string;
    columns: readonly (string & keyof View)[];
    /** Rows read per query. */
    pageSize: number;
  };
}

/** Answers with a page of a list or, with `format=csv` or `Accept: text/csv`, with the whole list as a file. */
export async function pageOrFile<Place, Placed, Row extends Placed, View extends object>(
  {
    req,
    res,
    query,
  }: { req: Request; res: Response; query: Parameters<typeof page>[0] & { format?: "json" | "csv" | undefined } },
  list: Exportable<Place, Placed, Row, View>,
): Promise<Page<View> | typeof ANSWERED> {
  res.vary("Accept");
  if ((query.format ?? req.accepts(["json", "csv"])) !== "csv")
    return await page(query, list.kind, list.rows, list.view);
  await sendCsv(res, list.file.name, list.file.columns, everyRow(list));
  return ANSWERED;
}

/** All rows of a list, read page by page. */
async function* everyRow<Place, Placed, Row extends Placed, View>({
  kind,
  rows,
  view,
  file,
}: Exportable<Place, Placed, Row, View>): AsyncGenerator<View> {
  for (let after: Place | null = null; ; ) {
    const read: Row[] = await rows(after, file.pageSize);
    for (const row of read) yield view(row);
    const last = read.at(-1);
    if (!last || read.length < file.pageSize) return;
    after = kind.read(kind.write(last));
  }
}
