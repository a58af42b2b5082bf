import { readSheet } from "read-excel-file/universal";
import { IntakeFault } from "../intake-fault.ts";
import type { TableRecord } from "./records.ts";
import { unpackedWorkbook } from "./unpack-workbook.ts";

/** Number of rows in a group. */
const GROUP = 1_000;

/**
 * The rows of a workbook's (.xlsx) first sheet, in groups: numbers as texts of all their digits, dates as ISO 8601, empty
 * cells as empty texts. A row's line is its row in the sheet. Throws `IntakeFault` for another kind of archive, one that is
 * broken, and one that unpacks to more than 200 MB.
 */
export async function* readWorkbook(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<TableRecord[]> {
  const unpacked = unpackedWorkbook(bytes);
  const sheet = await readSheet(unpacked.buffer, { trim: false, parseNumber: allDigits }).catch((error: unknown) => {
    const message = "This workbook cannot be read; save it anew as .xlsx or as CSV";
    throw new IntakeFault(message, null, "body", { cause: error });
  });
  let group: TableRecord[] = [];
  for (const [n, row] of sheet.entries()) {
    const cells = row.map(textOf);
    if (cells.every((cell) => cell.trim() === "")) continue;
    group.push({ line: n + 1, cells, isBroken: false });
    if (group.length < GROUP) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** A number of the sheet as text: integers with every digit, never as 4.9E+12, other numbers as people wrote them. */
export function allDigits(stored: string): string {
  if (/^-?\d+$/.test(stored)) return stored;
  const value = Number(stored);
  if (Number.isNaN(value)) return stored;
  // Sheets store 19.99 as 19.989999999999998, the same number in more digits.
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date)
    return cell
      .toISOString()
      .replace(/T00:00:00\.000Z$/, "")
      .replace(/\.000Z$/, "Z");
  return String(cell);
}
