import { access, constants, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { rejectedHeader, rejectedLine } from "@ringfence/intake";
import { usage } from "../exit-codes.ts";
import { plain } from "../terminal/text.ts";
import type { OpenRows, RefusedRow } from "./rows.ts";
import { createSpool, linesOf, type Spool } from "./spool.ts";

/** Rejected rows that a report names. */
const MOST_NAMED = 1_000;
/** Characters of all the rows' values in a report, as the API has it. */
const MOST_VALUES = 16_000_000;

/** A rejected row in a report. `line` is null where there is no file. */
export type RejectedRow = {
  row: number;
  line: number | null;
  phone_number: string;
  reason: string;
  values?: unknown;
};

/** The rejected rows of a file: all of them outside memory, the first 1,000 by name. */
export interface RejectedRows {
  add(rows: readonly RefusedRow[]): Promise<void>;
  /** The rejected rows as a report says them, in file order. */
  report(): { rejected_count: number; rejected: RejectedRow[]; values_left_out?: number };
  /** Writes all rows whole into a file for its owner alone, as CSV that an import takes. Throws CliError if that fails. */
  writeTo(file: string): Promise<void>;
  close(): Promise<void>;
}

/** Gathers the rejected rows of a file. */
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

/** Throws CliError if a file cannot be written, before anything is imported. What it holds is left alone: it may be the file that is read. */
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
      // It may have been there, open to others.
      if ((await handle.stat()).isFile()) await handle.chmod(0o600);
      // Without the mark Excel takes a CSV for Windows-1252.
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

/** Leaves the values of the last rows out when they are too much in all. */
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
