import {
  type Charset,
  charsetOf,
  decode,
  type FileKind,
  IntakeFault,
  kindOf,
  readRecords,
  readWorkbook,
  type TableRecord,
} from "@ringfence/intake";
import { chunksOf } from "./chunks.ts";
import { linesToCsv } from "./pasted.ts";

/** Number of first bytes that the kind of file is detected from. */
const MARK_BYTES = 16;

/** The source of an import, recognised but not yet read. */
export interface Source {
  /** The file's name, null for pasted text. */
  fileName: string | null;
  kind: FileKind;
  /** Its charset, null for a workbook. A person who sees wrong letters may choose another charset. */
  charset: Charset | null;
  /** Whether the first row names the columns, null if not known yet. */
  hasHeader: boolean | null;
  /** Size in bytes, and a function that reads the rows, as often as needed. */
  size: number;
  records: (charset: Charset | null, onBytes?: (read: number) => void) => AsyncIterable<TableRecord[]>;
  /** The beginning of a text file, unchanged; null if it is not a text file. */
  beginning: ((charset: Charset | null) => Promise<string>) | null;
  /** The line number that a person sees: pasted lines are counted without the added header. */
  lineOf: (line: number) => number;
}

/**
 * Recognises a file by its bytes, whatever its extension; a text file is read whole to detect its charset. Throws
 * `IntakeFault` for a file that cannot be read, and the browser's own error for a file that is gone.
 */
export async function openFile(file: File): Promise<Source> {
  if (file.size === 0) throw new IntakeFault("The file is empty");
  const kind = kindOf(new Uint8Array(await file.slice(0, MARK_BYTES).arrayBuffer()));
  const common = { fileName: file.name, kind, size: file.size, hasHeader: null, lineOf: (line: number) => line };
  if (kind === "workbook") {
    const groups = await readAll(readWorkbook(new Uint8Array(await file.arrayBuffer())));
    return { ...common, charset: null, records: () => fromMemory(groups), beginning: null };
  }
  return {
    ...common,
    charset: await charsetOf(chunksOf(file)),
    records: textRecords(file),
    beginning: async (charset) => {
      for await (const text of decode(chunksOf(file), charset ?? "utf-8")) return text;
      return "";
    },
  };
}

/** Pasted lines, each a number or a number and a name, or a pasted table. Throws `IntakeFault` if there is nothing. */
export function openPasted(text: string): Source {
  if (text.trim() === "") throw new IntakeFault("Nothing was pasted");
  const lines = linesToCsv(text);
  const blob = new Blob([lines ?? text]);
  return {
    fileName: null,
    kind: "text",
    charset: "utf-8",
    hasHeader: lines === null ? null : true,
    size: blob.size,
    records: textRecords(blob),
    beginning: null,
    lineOf: (line) => (lines === null ? line : line - 1),
  };
}

const textRecords =
  (blob: Blob): Source["records"] =>
  (charset, onBytes) =>
    readRecords(decode(chunksOf(blob, onBytes), charset ?? "utf-8"));

async function readAll(groups: AsyncIterable<TableRecord[]>): Promise<TableRecord[][]> {
  const all: TableRecord[][] = [];
  for await (const group of groups) all.push(group);
  return all;
}

async function* fromMemory(groups: TableRecord[][]): AsyncGenerator<TableRecord[]> {
  yield* groups;
}
