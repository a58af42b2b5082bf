import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Bytes per read. */
const CHUNK = 131_072;

/** Bytes kept in a temporary file: written once, then read from the beginning as often as needed. */
export interface Spool {
  write(chunk: Uint8Array | string): Promise<void>;
  bytes(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Makes a temporary file that nobody else can open: it has mode 0600 and loses its name before anything is written to
 * it, so that the system frees it however the process ends, Ctrl-C and `kill -9` included.
 */
export async function createSpool(): Promise<Spool> {
  const path = join(tmpdir(), `ringfence-${randomUUID()}`);
  const handle = await open(path, "wx+", 0o600);
  await unlink(path);
  return {
    write: (chunk) => handle.appendFile(chunk),
    bytes: () => bytesOf(handle),
    close: () => handle.close(),
  };
}

/** A file from its beginning to its end, in chunks. */
export async function* bytesOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The lines of a text in groups, as its chunks arrive, without line ends. Throws the error of `tooLong` for a line of more than `most` characters. */
export async function* linesOf(
  text: AsyncIterable<string>,
  most = Number.POSITIVE_INFINITY,
  tooLong: (line: number) => Error = () => new RangeError("The line is too long"),
): AsyncGenerator<string[]> {
  let rest = "";
  let before = 0;
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    const long = lines.findIndex((line) => line.length > most);
    if (long >= 0) throw tooLong(before + long + 1);
    rest = lines.pop()!;
    before += lines.length;
    if (lines.length > 0) yield lines;
  }
  if (rest !== "") yield [rest];
}

/** Collects an async iterable into a list. (`Array.fromAsync` needs Node 22.) */
export async function gathered<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
