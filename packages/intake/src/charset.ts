import { IntakeFault } from "./intake-fault.ts";
import { countLineEnds } from "./line-ends.ts";

/** A charset by its label (encoding.spec.whatwg.org), such as `utf-8`, `utf-16le`, `windows-1252`, `shift_jis`, `macintosh`. */
export type Charset = string;

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const BYTE_ORDER_MARKS: [number[], Charset][] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
/** Most bytes at the beginning of a chunk that may end a character begun in the chunk before. */
const MOST_CONTINUED = 3;

/** Whether a charset can be decoded here. */
export function isCharset(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

/** The charset that a byte order mark at the beginning names, null if there is none. */
export const markedCharset = (head: Uint8Array): Charset | null =>
  BYTE_ORDER_MARKS.find(([mark]) => mark.every((byte, n) => head[n] === byte))?.[1] ?? null;

/**
 * Decodes bytes as they come, without their byte order mark, which wins over `charset`. Throws `IntakeFault` at the first
 * line whose bytes are not of the charset: a letter that was replaced would reach the agent.
 */
export async function* decode(bytes: Bytes, charset: Charset = "utf-8"): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let used = charset;
  let lines = 1;
  const next = (chunk: Uint8Array | null): string => {
    try {
      return chunk ? decoder!.decode(chunk, { stream: true }) : decoder!.decode();
    } catch {
      const line = lines + (chunk ? linesBeforeFault(chunk, used) : 0);
      throw new IntakeFault(`Holds bytes that are not ${nameOf(used)}; ${remedyFor(used)}`, line);
    }
  };
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue;
    if (!decoder) {
      used = markedCharset(chunk) ?? charset;
      decoder = new TextDecoder(used, { fatal: true });
    }
    const text = next(chunk);
    lines += countLineEnds(text);
    yield text;
  }
  if (decoder) yield next(null);
}

/** The line, from 1, of a UTF-8 text in which a byte sequence is not UTF-8; null if all are. */
export function firstLineNotUtf8(bytes: Uint8Array): number | null {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return null;
  } catch {
    return 1 + linesBeforeFault(bytes, "utf-8");
  }
}

/** What a body that is not UTF-8 is told. */
export const NOT_UTF8 = "Holds bytes that are not UTF-8; save it as UTF-8 and send it again";

/**
 * Looks at a whole file: its byte order mark, else UTF-16 if every other byte of its beginning is 0, else UTF-8 if all of
 * it is, else Windows-1252, which every byte is.
 */
export async function charsetOf(bytes: Bytes): Promise<Charset> {
  let decoder: TextDecoder | null = null;
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue;
    if (!decoder) {
      const told = markedCharset(chunk) ?? wideCharset(chunk);
      if (told && told !== "utf-8") return told;
      decoder = new TextDecoder("utf-8", { fatal: true });
    }
    if (!accepts(decoder, chunk)) return "windows-1252";
  }
  return decoder && !accepts(decoder, null) ? "windows-1252" : "utf-8";
}

/** Whether a strict decoder takes these bytes, or the end of them. */
function accepts(decoder: TextDecoder, chunk: Uint8Array | null): boolean {
  try {
    if (chunk) decoder.decode(chunk, { stream: true });
    else decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 without a mark: among the first letters one byte of two is 0. */
function wideCharset(head: Uint8Array): Charset | null {
  const sample = head.subarray(0, 512);
  const zeros = (from: number) => sample.filter((byte, n) => n % 2 === from && byte === 0).length;
  const most = sample.length / 2 / 2;
  if (zeros(1) > most && zeros(0) === 0) return "utf-16le";
  if (zeros(0) > most && zeros(1) === 0) return "utf-16be";
  return null;
}

const nameOf = (charset: Charset): string => charset.toUpperCase();
const remedyFor = (charset: Charset): string =>
  charset === "utf-8"
    ? "save it as UTF-8 and send it again"
    : "name its charset, or save it as UTF-8 and send it again";

/** Line ends before the first byte sequence of a chunk that is none of its charset. */
function linesBeforeFault(chunk: Uint8Array, charset: Charset): number {
  const text = new TextDecoder(charset, { ignoreBOM: true }).decode(chunk, { stream: true });
  // The chunk may begin within a character.
  let fault = text.indexOf("\ufffd");
  while (fault >= 0 && fault < MOST_CONTINUED && text.indexOf("\ufffd", fault + 1) >= 0)
    fault = text.indexOf("\ufffd", fault + 1);
  return countLineEnds(text.slice(0, Math.max(fault, 0)));
}
