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

/** Bytes at the beginning that say what kind of file it is. */
const MARK_BYTES = 16;

/** What a person wants to import, recognised but not yet read. */
export interface Source {
  /** The file's name, null for what was pasted. */
  fileName: string | null;
  kind: FileKind;
  /** What its letters are written in, null for a workbook. Whoever sees wrong letters may choose another one. */
  charset: Charset | null;
  /** Whether the first row names the columns, null if nobody knows it yet. */
  hasHeader: boolean | null;
  /** Size in bytes, and how its rows are read, as often as they are wanted. */
  size: number;
  records: (charset: Charset | null, onBytes?: (read: number) => void) => AsyncIterable<TableRecord[]>;
  /** The beginning of a text file as it is written; null for what is none. */
  beginning: ((charset: Charset | null) => Promise<string>) | null;
  /** The line that a person sees: of pasted lines the first one is not the header that was added. */
  lineOf: (line: number) => number;
}

/**
 * Recognises a file by its bytes, whatever its name ends with; of a text the whole is looked at for its charset. Throws
 * `IntakeFault` for a file that cannot be read, by name, and whatever the browser throws for a file that is gone.
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
