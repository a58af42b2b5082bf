import { access, constants, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { rejectedHeader, rejectedLine } from "@ringfence/intake";
import { usage } from "../exit-codes.ts";
import { plain } from "../terminal/text.ts";
import type { OpenRows, RefusedRow } from "./rows.ts";
import { createSpool, linesOf, type Spool } from "./spool.ts";

/** Most rejected rows that a report names. */
const MOST_NAMED = 1_000;
/** Most characters of all rows' values in a report; the API has the same limit. */
const MOST_VALUES = 16_000_000;

/** A rejected row in a report. `line` is null without a file. */
export type RejectedRow = {
  row: number;
  line: number | null;
  phone_number: string;
  reason: string;
  values?: unknown;
};

/** The rejected rows of a file: all of them in a temporary file, the first 1,000 also in the report. */
export interface RejectedRows {
  add(rows: readonly RefusedRow[]): Promise<void>;
  /** The rejected rows of the report, in file order. */
  report(): { rejected_count: number; rejected: RejectedRow[]; values_left_out?: number };
  /** Writes all rows whole, as CSV that can be imported, into a file that only its owner can read. Throws CliError if that fails. */
  writeTo(file: string): Promise<void>;
  close(): Promise<void>;
}

/** Collects the rejected rows of a file. */
export async function createRejectedRows({
  columns,
  cells,
  separator,
}: Pick<OpenRows, "columns" | "cells" | "separator">): Promise<RejectedRows> {
  const spool = await createSpool();
  const named: RejectedRow[] = [];
  let count = 0;
  return {
    async add(rows) {
      if (rows.length === 0) return;
      count += rows.length;
      for (const { row, line, phone_number, reason, values } of rows) {
        if (named.length < MOST_NAMED) named.push({ row, line, phone_number, reason, values });
      }
      await spool.write(rows.map(({ values, reason }) => `${JSON.stringify([cells(values), reason])}\n`).join(""));
    },
    report: () => ({ rejected_count: count, ...withoutLongest(named.sort((one, other) => one.row - other.row)) }),
    writeTo: (file) => write(file, { columns, separator }, spool),
    close: () => spool.close(),
  };
}

/** Throws CliError if a file cannot be written, before anything is imported. Its content is not touched yet, because it may be the file being imported. */
export async function checkWritable(file: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => null);
    if (there?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    await access(there ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw usage(`--rejected: ${plain(file)}: Cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function write(
  file: string,
  { columns, separator }: Pick<OpenRows, "columns" | "separator">,
  spool: Spool,
): Promise<void> {
  try {
    const handle = await open(file, "w", 0o600);
    try {
      // The file may have existed, readable by others.
      if ((await handle.stat()).isFile()) await handle.chmod(0o600);
      // Without a byte order mark Excel reads a CSV as Windows-1252.
      await handle.writeFile(`\ufeff${rejectedHeader(columns, separator)}`);
      for await (const lines of linesOf(textOf(spool))) {
        const rows = lines.map((line) => JSON.parse(line) as [string[], string]);
        await handle.writeFile(
          rows.map(([values, reason]) => rejectedLine(columns, { values, reason }, separator)).join(""),
        );
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw usage(
      `${plain(file)}: Cannot be written (${(error as NodeJS.ErrnoException).code}); the import itself is done`,
    );
  }
}

async function* textOf(spool: Spool): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of spool.bytes()) yield decoder.decode(chunk, { stream: true });
}

/** Omits the values of the last rows if all values together are too long. */
function withoutLongest(rows: readonly RejectedRow[]) {
  let room = MOST_VALUES;
  let leftOut = 0;
  const rejected = rows.map(({ values, ...row }) => {
    room -= JSON.stringify(values ?? null).length;
    if (room >= 0) return { ...row, values };
    leftOut++;
    return row;
  });
  return { rejected, ...(leftOut > 0 && { values_left_out: leftOut }) };
}
