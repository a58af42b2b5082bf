import { unzip } from "fflate";
import { readSheet } from "read-excel-file/universal";
import { IntakeFault } from "./intake-fault.ts";
import type { TableRecord } from "./records.ts";

/** Most bytes that a workbook may unpack to: a small file may claim to hold gigabytes. */
const MOST_UNPACKED = 200_000_000;
/** Rows of one group. */
const GROUP = 1_000;

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const OLD_OFFICE = [0xd0, 0xcf, 0x11, 0xe0];
const PDF = [0x25, 0x50, 0x44, 0x46];
const GZIP = [0x1f, 0x8b];

/** What a file is, whatever its name ends with. */
export type FileKind = "text" | "workbook";

const begins = (head: Uint8Array, mark: number[]): boolean => mark.every((byte, n) => head[n] === byte);
const refused = (what: string, remedy: string): IntakeFault => new IntakeFault(`This is ${what}; ${remedy}`);

/** What the first bytes of a file say it is. Throws `IntakeFault` for what cannot be read, by name, with the remedy. */
export function kindOf(head: Uint8Array): FileKind {
  if (begins(head, ZIP)) return "workbook";
  if (begins(head, OLD_OFFICE)) throw refused("an old Excel workbook (.xls)", "save it as .xlsx or as CSV");
  if (begins(head, PDF)) throw refused("a PDF", "export the table as CSV or .xlsx");
  if (begins(head, GZIP)) throw refused("a compressed file (gzip)", "unpack it first");
  return "text";
}

/**
 * The rows of a workbook's (.xlsx) first sheet, in groups: numbers as texts of all their digits, dates as ISO 8601, empty
 * cells as empty texts. A row's line is its row in the sheet. Throws `IntakeFault` for another kind of archive, one that is
 * broken or protected by a password, and one that unpacks to more than 200 MB.
 */
export async function* readWorkbook(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<TableRecord[]> {
  checkEntries(await entriesOf(bytes));
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
  const sheet = await readSheet(whole, { trim: false }).catch((error: unknown) => {
    throw new IntakeFault("This workbook cannot be read; save it anew as .xlsx or as CSV", null, "body", {
      cause: error,
    });
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

/** Names and unpacked sizes of an archive's entries, without unpacking them. */
const entriesOf = (bytes: Uint8Array): Promise<Map<string, number>> =>
  new Promise((resolve, reject) => {
    const entries = new Map<string, number>();
    const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
      entries.set(name, originalSize);
      return false;
    };
    unzip(bytes, { filter }, (error) =>
      error ? reject(refused("a broken archive", "save the workbook anew as .xlsx or as CSV")) : resolve(entries),
    );
  });

/** An entry that claims to be smaller than it is comes out cut off: fflate unpacks into what was claimed. */
function checkEntries(entries: Map<string, number>): void {
  if (entries.has("xl/workbook.bin")) throw refused("a binary Excel workbook (.xlsb)", "save it as .xlsx or as CSV");
  if (!entries.has("xl/workbook.xml")) {
    if (entries.has("content.xml")) throw refused("an OpenDocument file (.ods)", "save it as .xlsx or as CSV");
    if ([...entries.keys()].some((name) => name.startsWith("Index/")))
      throw refused("a Numbers file", "export it as .xlsx or as CSV");
    throw refused("a zip archive, not a workbook", "unpack it first");
  }
  const unpacked = [...entries].reduce((sum, [name, size]) => sum + (/\.xml(\.rels)?$/.test(name) ? size : 0), 0);
  if (unpacked > MOST_UNPACKED) throw refused("a workbook of more than 200 MB, unpacked", "save it as CSV");
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date)
    return cell
      .toISOString()
      .replace(/T00:00:00\.000Z$/, "")
      .replace(/\.000Z$/, "Z");
  if (typeof cell === "number") return plainNumber(cell);
  return String(cell);
}

/** All digits, never as 1e+21. */
const plainNumber = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
