import { IntakeFault } from "../intake-fault.ts";

/** The kind of a file, whatever its extension. */
export type FileKind = "text" | "workbook";

const AS_TABLE = "save it as .xlsx or as CSV";
const UNPACK = "unpack it first";

const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** First bytes of files that are not tables, or not readable here. */
const OTHERS: [number[], string, string][] = [
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    "an old Excel workbook (.xls) or one with a password",
    "save it as .xlsx without a password, or as CSV",
  ],
  [[0x25, 0x50, 0x44, 0x46], "a PDF", "export the table as .xlsx or as CSV"],
  [[0x1f, 0x8b], "a compressed file (gzip)", UNPACK],
  [[0x37, 0x7a, 0xbc, 0xaf], "a compressed file (7z)", UNPACK],
  [[0x52, 0x61, 0x72, 0x21], "a compressed file (rar)", UNPACK],
  [[0x50, 0x4b, 0x05, 0x06], "an empty zip archive", AS_TABLE],
];
/** Some programs name their web pages and XML `.xls`, because Excel opens those too. */
const MARKUP = /^(?:\ufeff|\u00ef\u00bb\u00bf)?\s*<(?:!doctype|html|head|meta|table|\?xml)/i;

/** A fault that names the kind of file and the remedy. */
export const refused = (what: string, remedy: string): IntakeFault => new IntakeFault(`This is ${what}; ${remedy}`);

/** The kind of file by its first bytes. Throws `IntakeFault` for a kind that cannot be read, with its name and the remedy. */
export function kindOf(head: Uint8Array): FileKind {
  const begins = (mark: number[]): boolean => mark.every((byte, n) => head[n] === byte);
  if (begins(ZIP)) return "workbook";
  for (const [mark, what, remedy] of OTHERS) if (begins(mark)) throw refused(what, remedy);
  if (MARKUP.test(String.fromCharCode(...head.subarray(0, 64))))
    throw refused("a web page or XML, whatever its name says", `open it in a spreadsheet and ${AS_TABLE}`);
  return "text";
}

/** Throws `IntakeFault` unless an archive's names are those of an .xlsx workbook. */
export function checkIsXlsx(names: ReadonlySet<string>): void {
  if (names.has("xl/workbook.xml")) return;
  if (names.has("xl/workbook.bin")) throw refused("a binary Excel workbook (.xlsb)", AS_TABLE);
  if (names.has("content.xml")) throw refused("an OpenDocument file (.ods)", AS_TABLE);
  const isNumbers = names.has("Index.zip") || [...names].some((name) => name.startsWith("Index/"));
  if (isNumbers) throw refused("a Numbers file", "export it as .xlsx or as CSV");
  if (names.has("[Content_Types].xml")) throw refused("an Office file without a table", AS_TABLE);
  throw refused("a zip archive, not a workbook", UNPACK);
}
