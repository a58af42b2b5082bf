import { HEAD_BYTES, type Head, readHead } from "./csv-head.ts";
import { linesToCsv } from "./pasted.ts";

/** What a person wants to import, looked at but not read as a whole. */
export interface Source {
  /** The file's name, null for what was pasted. */
  fileName: string | null;
  file: Blob;
  head: Head;
}

/** Looks at a file. Throws if the browser cannot read it. */
export async function fromFile(file: File): Promise<Source> {
  return await look(file, file.name);
}

/** Looks at pasted lines or a pasted table; null if there is nothing. */
export async function fromText(text: string): Promise<Source | null> {
  if (text.trim() === "") return null;
  return await look(new Blob([linesToCsv(text) ?? text]), null);
}

async function look(file: Blob, fileName: string | null): Promise<Source> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return { fileName, file, head: readHead(bytes, file.size) };
}
