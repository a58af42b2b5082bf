import {
  ndjson,
  openTable,
  type Reading,
  type RefusedRow,
  rejectedHeader,
  rejectedLine,
  siftTable,
} from "@ringfence/intake";
import { breathe } from "../choose/chunks.ts";
import type { Opened } from "../plan.ts";

/** Most rejected rows that the page shows; the file has all of them. */
export const SHOWN_REJECTED = 50;
/** Characters that are buffered before they go into a Blob, which keeps large data out of the page's memory. */
const PART = 1_000_000;
/** Longest time that rows are checked without a break, in ms. */
const SLICE_MS = 30;
/** Interval of progress reports, in ms. */
const REPORT_EVERY_MS = 100;
/** A byte order mark, so that Excel reads the file as UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/** A whole source, separated into accepted and rejected rows. */
export interface Sifted {
  rows: number;
  taken: number;
  rejected: number;
  /** The candidates as NDJSON. */
  body: Blob;
  /** The first rejected rows, to be shown. */
  firstRejected: RefusedRow[];
  /** All rejected rows, whole, with the reason: a file to correct and import again. */
  rejectedFile: Blob;
}

/** The progress of the check; `share` of the bytes from 0 to 1, null if not known. */
export interface Progress {
  rows: number;
  share: number | null;
}

interface Options {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Reasons why the server rejected rows, by their position among the rows sent, from 1. */
  turnedDown?: ReadonlyMap<number, string>;
}

/**
 * Reads a whole source once, within bounded memory. Throws `IntakeFault` where it becomes unreadable, the browser's own
 * error if the file is gone or has changed, and the signal's reason.
 */
export async function siftSource(
  { source, charset, hasHeader, fileColumns, separator }: Opened,
  reading: Reading,
  { signal, onProgress, turnedDown }: Options = {},
): Promise<Sifted> {
  let bytes = 0;
  const table = await openTable(
    source.records(charset, (read) => (bytes = read)),
    { hasHeader },
  );
  const body = gather("application/x-ndjson");
  const rejectedFile = gather("text/csv");
  const firstRejected: RefusedRow[] = [];
  const sums = { rows: 0, taken: 0, rejected: 0 };
  const reject = (row: RefusedRow) => {
    if (sums.rejected === 0) rejectedFile.add(BYTE_ORDER_MARK + rejectedHeader(fileColumns, separator));
    if (sums.rejected < SHOWN_REJECTED) firstRejected.push({ ...row, line: source.lineOf(row.line) });
    sums.rejected++;
    rejectedFile.add(rejectedLine(fileColumns, row, separator));
  };

  const pause = pacer();
  for await (const { taken, refused } of siftTable(table?.rows ?? nothing(), reading)) {
    sums.rows += taken.length + refused.length;
    const kept = turnedDown?.size ? taken.filter((_, n) => !turnedDown.has(sums.taken + n + 1)) : taken;
    const returned = taken.flatMap((row, n) => {
      const reason = turnedDown?.get(sums.taken + n + 1);
      return reason === undefined ? [] : [{ ...row, reason }];
    });
    for (const row of inFileOrder([...refused, ...returned])) reject(row);
    body.add(ndjson(kept));
    sums.taken += taken.length;
    await pause(() => onProgress?.({ rows: sums.rows, share: bytes > 0 ? bytes / source.size : null }));
    signal?.throwIfAborted();
  }
  const returned = turnedDown?.size ?? 0;
  return {
    ...sums,
    taken: sums.taken - returned,
    body: body.whole(),
    firstRejected,
    rejectedFile: rejectedFile.whole(),
  };
}

const inFileOrder = (rows: RefusedRow[]): RefusedRow[] => rows.sort((one, other) => one.row - other.row);

async function* nothing(): AsyncGenerator<never> {}

/** Text that becomes a Blob part by part. */
function gather(type: string) {
  const parts: Blob[] = [];
  let texts: string[] = [];
  let length = 0;
  const flush = () => {
    if (length > 0) parts.push(new Blob(texts));
    texts = [];
    length = 0;
  };
  return {
    add(text: string): void {
      texts.push(text);
      length += text.length;
      if (length >= PART) flush();
    },
    whole(): Blob {
      flush();
      return new Blob(parts, { type });
    },
  };
}

/** Yields to the page from time to time, and reports progress less often. */
function pacer() {
  let breathed = performance.now();
  let reported = breathed;
  return async (report: () => void): Promise<void> => {
    const now = performance.now();
    if (now - breathed < SLICE_MS) return;
    if (now - reported >= REPORT_EVERY_MS) {
      reported = now;
      report();
    }
    await breathe();
    breathed = performance.now();
  };
}
