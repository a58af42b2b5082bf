import Papa from "papaparse";
import type { ImportReport } from "../../../api/types.ts";
import { type ColumnUse, type CsvHead, headerOf, toCsvRow } from "./columns.ts";

/** The API reads commas. Another delimiter is put right here, in memory, up to this size in bytes. */
export const MOST_CONVERTED = 50_000_000;

/** The file as the API takes it: under our names. A file with commas is not read for it, however large. */
export async function toUpload(file: Blob, head: CsvHead, uses: readonly ColumnUse[]): Promise<Blob> {
  const header = toCsvRow(headerOf(head.columns, uses));
  if (head.delimiter === ",") return new Blob([header, file.slice(await bytesOf(file, head.dataFrom))]);
  const parsed = Papa.parse<string[]>((await file.text()).replace(/^\uFEFF/, ""), {
    delimiter: head.delimiter,
    skipEmptyLines: true,
  });
  const rows = head.hasHeader ? parsed.data.slice(1) : parsed.data;
  return new Blob([header, Papa.unparse(rows)]);
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** How many bytes the first so many characters of a file take, with its byte order mark, which is no character. */
async function bytesOf(file: Blob, characters: number): Promise<number> {
  const begin = new Uint8Array(await file.slice(0, BYTE_ORDER_MARK.length).arrayBuffer());
  const mark = BYTE_ORDER_MARK.every((byte, n) => begin[n] === byte) ? BYTE_ORDER_MARK.length : 0;
  const text = await file.slice(mark, mark + characters * 4).text();
  return mark + new TextEncoder().encode(text.slice(0, characters)).length;
}

/** Numbers pasted one a line, each with a name behind a comma if wanted, as CSV. */
export function fromPasted(text: string): { csv: string; count: number } {
  const rows = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [number = "", ...name] = line.split(/[,;\t]/);
      return [number.trim(), name.join(",").trim()];
    });
  return { csv: `phone_number,name\r\n${rows.length > 0 ? Papa.unparse(rows) : ""}`, count: rows.length };
}

/** Cells that a spreadsheet would run as a formula begin so (owasp.org, "CSV Injection"). */
const FORMULA = /^[=@\t\r\n＝＋－＠]|^[+-](?!\d+$)/;

/** The rejected rows as CSV, safe to open in a spreadsheet. */
export const rejectedCsv = ({ rejected }: ImportReport): string =>
  Papa.unparse({
    fields: ["row", "phone_number", "reason"],
    data: rejected.map(({ row, phone_number, reason }) => [
      row,
      FORMULA.test(phone_number) ? `'${phone_number}` : phone_number,
      reason,
    ]),
  });
