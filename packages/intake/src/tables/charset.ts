import { IntakeFault } from "../intake-fault.ts";
import { LineCount } from "./line-ends.ts";

/** A charset by its label (encoding.spec.whatwg.org), such as `utf-8`, `utf-16le`, `windows-1252`, `shift_jis`, `macintosh`. */
export type Charset = string;

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARKS: [number[], Charset][] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
/** Number of first bytes that reveal a charset: by its mark, or by the zeros of UTF-16. */
const HEAD = 512;
/** Longest line, in bytes, whose beginning is buffered to locate a fault in it. */
const LONGEST_LINE = 1_000_000;

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
 * Decodes bytes as they arrive, without their byte order mark, which overrides `charset`. Throws `IntakeFault` at the first
 * line whose bytes are invalid in the charset, because a replaced letter would reach the agent.
 */
export async function* decode(bytes: Bytes, charset: Charset = "utf-8"): AsyncGenerator<string> {
  let used: Charset | null = null;
  let decoder!: TextDecoder;
  const count = new LineCount();
  // Begins with a character, whatever the chunks begin with.
  let unfinishedLine: Uint8Array = new Uint8Array();
  for await (const chunk of fromHead(bytes)) {
    if (used === null) {
      decoder = new TextDecoder(markedCharset(chunk) ?? charset, { fatal: true });
      // The canonical name, whichever label was given.
      used = decoder.encoding;
    }
    const since = joined(unfinishedLine, chunk);
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch {
      count.add(soundBeginning(since, used));
      throw notOf(used, count.line);
    }
    count.add(text);
    unfinishedLine = since.subarray(endOfLastLine(since, used));
    if (unfinishedLine.length > LONGEST_LINE) unfinishedLine = new Uint8Array();
    yield text;
  }
  if (used === null) return;
  try {
    yield decoder.decode();
  } catch {
    throw notOf(used, count.line);
  }
}

/** The line, from 1, of the first byte sequence that is not UTF-8; null if all are. */
export function firstLineNotUtf8(bytes: Uint8Array): number | null {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return null;
  } catch {
    const count = new LineCount();
    count.add(soundBeginning(bytes, "utf-8"));
    return count.line;
  }
}

/** The message about a body that is not UTF-8. */
export const NOT_UTF8 = "Holds bytes that are not UTF-8; save it as UTF-8 and send it again";

/**
 * Detects the charset of a whole file: by its byte order mark, else UTF-16 if every other byte of its beginning is 0, else UTF-8 if all of
 * it is valid UTF-8, else Windows-1252, in which every byte is valid.
 */
export async function charsetOf(bytes: Bytes): Promise<Charset> {
  let decoder: TextDecoder | null = null;
  for await (const chunk of fromHead(bytes)) {
    if (!decoder) {
      const told = markedCharset(chunk) ?? wideCharset(chunk);
      if (told && told !== "utf-8") return told;
      decoder = new TextDecoder("utf-8", { fatal: true });
    }
    if (!accepts(decoder, chunk)) return "windows-1252";
  }
  return decoder && !accepts(decoder, null) ? "windows-1252" : "utf-8";
}

/** Whether a strict decoder accepts these bytes, or their end. */
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
  const sample = head.subarray(0, HEAD);
  const zeros = (from: number) => sample.filter((byte, n) => n % 2 === from && byte === 0).length;
  const most = sample.length / 2 / 2;
  if (zeros(1) > most && zeros(0) === 0) return "utf-16le";
  if (zeros(0) > most && zeros(1) === 0) return "utf-16be";
  return null;
}

function notOf(charset: Charset, line: number): IntakeFault {
  const remedy = charset === "utf-8" ? "save it as UTF-8 and send it again" : "name its charset, or save it as UTF-8";
  return new IntakeFault(`Holds bytes that are not ${charset.toUpperCase()}; ${remedy}`, line);
}

/** The same bytes in chunks that are not empty, the first long enough to reveal the charset. */
async function* fromHead(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array();
  for await (const chunk of bytes) {
    if (head === null) {
      if (chunk.length > 0) yield chunk;
      continue;
    }
    head = joined(head, chunk);
    if (head.length < HEAD) continue;
    yield head;
    head = null;
  }
  if (head !== null && head.length > 0) yield head;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Where the last line begins. In all charsets but UTF-16 the bytes of CR and LF have no other meaning. */
function endOfLastLine(bytes: Uint8Array, charset: Charset): number {
  if (!charset.startsWith("utf-16")) return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
  const [low, high] = charset === "utf-16be" ? [1, 0] : [0, 1];
  for (let at = bytes.length - (bytes.length % 2) - 2; at >= 0; at -= 2) {
    if (bytes[at + high] === 0 && (bytes[at + low] === LF || bytes[at + low] === CR)) return at + 2;
  }
  return 0;
}

/** The text before the first byte sequence that is invalid in the charset. */
function soundBeginning(bytes: Uint8Array, charset: Charset): string {
  let sound = "";
  let [shortest, longest] = [0, bytes.length];
  while (shortest < longest) {
    const middle = Math.ceil((shortest + longest) / 2);
    try {
      sound = new TextDecoder(charset, { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      shortest = middle;
    } catch {
      longest = middle - 1;
    }
  }
  return sound;
}
