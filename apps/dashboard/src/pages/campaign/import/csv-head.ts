import Papa from "papaparse";

/** How much of a file is looked at before it is sent, in bytes. */
export const HEAD_BYTES = 65_536;

/** What the beginning of a file shows. */
export interface Head {
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
  delimiter: string;
  /** Whole rows, the first one included; empty lines are left out. */
  rows: string[][];
  /** Whether `rows` are all that the file has. */
  isWhole: boolean;
  /** Where the text begins, behind a byte order mark, in bytes. */
  start: number;
  /** Where the first row has ended, its line end included, in bytes; null if not within the head. Only told of UTF-8. */
  firstRowEnd: number | null;
  /** Rows of the file, the first included; a guess unless `isWhole`. */
  rowCount: number;
}

const [LF, CR, QUOTE] = [10, 13, 34];

/** Looks at the first bytes of a file of `size` bytes. */
export function readHead(bytes: Uint8Array<ArrayBuffer>, size: number): Head {
  const isWhole = bytes.length >= size;
  const encoding = encodingOf(bytes, isWhole);
  const start = encoding === "utf-8" ? (startsWith(bytes, [0xef, 0xbb, 0xbf]) ? 3 : 0) : 0;
  // A character cut in two at the end of the head is no fault.
  const text = new TextDecoder(encoding).decode(bytes, { stream: !isWhole });
  const { data, meta } = Papa.parse<string[]>(withLineFeeds(text), { skipEmptyLines: true });
  const rows = isWhole ? data : data.slice(0, -1);
  return {
    encoding,
    delimiter: meta.delimiter,
    rows,
    isWhole,
    start,
    firstRowEnd: encoding === "utf-8" ? firstRowEnd(bytes, start, isWhole) : null,
    rowCount: isWhole ? rows.length : Math.max(rows.length, Math.round((size / bytes.length) * data.length)),
  };
}

/** The parser would go by the first line end of a file that mixes them. */
export const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, "\n");

const startsWith = (bytes: Uint8Array, mark: number[]): boolean => mark.every((byte, n) => bytes[n] === byte);

function encodingOf(bytes: Uint8Array<ArrayBuffer>, isWhole: boolean): Head["encoding"] {
  if (startsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  if (startsWith(bytes, [0xfe, 0xff])) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !isWhole });
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}

/** Line ends inside quotes end no row; empty lines before the first row go with it. */
function firstRowEnd(bytes: Uint8Array, start: number, isWhole: boolean): number | null {
  const isLineEnd = (byte: number | undefined) => byte === LF || byte === CR;
  let at = start;
  while (isLineEnd(bytes[at])) at++;
  let quoted = false;
  for (; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) quoted = !quoted;
    if (!quoted && isLineEnd(bytes[at])) return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
  }
  return isWhole && !quoted ? bytes.length : null;
}
