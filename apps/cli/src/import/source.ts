import { type FileHandle, open } from "node:fs/promises";
import { usage } from "../exit-codes.ts";
import type { Io } from "../terminal/io.ts";
import { plain } from "../terminal/text.ts";
import { bytesOf, createSpool, type Spool } from "./spool.ts";

/** The source of an import. It is read more than once, because its charset is certain only once all of it was read. */
export interface Source {
  /** Its name in messages. */
  name: string;
  /** The extension of its name, in lower case. */
  ending: string;
  bytes(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a file, or stdin for "-". Stdin, pipes and devices can be read only once and are spooled; `meanwhile` runs at the
 * same time, and its failure ends the spooling: nobody has to wait for the end of a pipe to learn that the key is wrong. Throws
 * CliError for a source that cannot be read.
 */
export async function openSource(
  { stdin }: Pick<Io, "stdin">,
  file: string,
  meanwhile: () => Promise<unknown>,
): Promise<Source> {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? "";
  if (file === "-") {
    const spool = await spooled(stdin, meanwhile).finally(() => stdin.destroy());
    return { name: "stdin", ending: "", bytes: spool.bytes, close: spool.close };
  }
  const handle = await openFile(file);
  const source = { name: file, ending, bytes: () => bytesOf(handle), close: () => handle.close() };
  if ((await handle.stat()).isFile()) return source;
  const stream = handle.createReadStream();
  const spool = await spooled(stream, meanwhile).finally(() => stream.destroy());
  return { ...source, bytes: spool.bytes, close: spool.close };
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file);
    if (!(await handle.stat()).isDirectory()) return handle;
    await handle.close();
    throw Object.assign(new Error(), { code: "EISDIR" });
  } catch (error) {
    throw usage(`${plain(file)}: Cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function spooled(from: AsyncIterable<Uint8Array>, meanwhile: () => Promise<unknown>): Promise<Spool> {
  const spool = await createSpool();
  const copy = async () => {
    for await (const chunk of from) await spool.write(chunk);
  };
  try {
    await Promise.all([copy(), meanwhile()]);
    return spool;
  } catch (error) {
    await spool.close();
    throw error;
  }
}
