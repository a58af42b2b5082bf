import { createReadStream } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { ImportType, Schemas } from "@ringfence/client";
import { stringify } from "csv-stringify/sync";
import { usage } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { calls, count, plain, table } from "./text.ts";

/** Rejected rows that are shown. */
const SHOWN = 20;
const TYPES: Record<Format, ImportType> = { csv: "text/csv", ndjson: "application/x-ndjson" };
const ENDINGS: Record<string, Format> = { csv: "csv", ndjson: "ndjson", jsonl: "ndjson" };

/** How a file is written. */
export type Format = "csv" | "ndjson";

/** A file, or stdin for "-", ready to be read. Throws CliError if its format is not known or it cannot be read. */
export async function openImport(
  io: Pick<Io, "stdin">,
  file: string,
  format: Format | undefined,
): Promise<{ source: Readable; type: ImportType }> {
  const known = format ?? ENDINGS[file.split(".").at(-1)!.toLowerCase()];
  if (!known) throw usage(`Say how ${file === "-" ? "stdin" : file} is written: --format csv or --format ndjson`);
  if (file === "-") return { source: io.stdin, type: TYPES[known] };
  try {
    const handle = await open(file);
    if ((await handle.stat()).isDirectory()) {
      await handle.close();
      throw Object.assign(new Error(), { code: "EISDIR" });
    }
    return { source: createReadStream(file, { fd: handle }), type: TYPES[known] };
  } catch (error) {
    throw usage(`${file}: Cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** What an import did, with the first rejected rows. */
export function reportText(report: Schemas["ImportReport"]): string {
  const { created, duplicates, rejected_count, rejected } = report;
  const sums = `${count(created)} created, ${count(duplicates)} there already, ${count(rejected_count)} rejected`;
  if (rejected_count === 0) return sums;
  const shown = rejected.slice(0, SHOWN);
  const rows = table(
    ["row", "number", "rejected because"],
    shown.map(({ row, phone_number, reason }) => [row, phone_number, reason]),
  );
  const rest = rejected_count - shown.length;
  return [sums, "", rows, ...(rest > 0 ? [`and ${count(rest)} more (--rejected FILE writes them down)`] : [])].join(
    "\n",
  );
}

/** Writes the rejected rows that the API named, the first 1,000, as CSV for their owner alone. Throws CliError if that fails. */
export async function writeRejected(file: string, report: Schemas["ImportReport"], io: Io): Promise<void> {
  const { rejected, rejected_count } = report;
  const text = stringify(rejected, { header: true, columns: ["row", "phone_number", "reason"], escape_formulas: true });
  await writeFile(file, text, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw usage(`${file}: Cannot be written (${error.code}); the import itself is done`);
  });
  if (rejected_count > rejected.length)
    io.note(
      plain(`${file} names the first ${count(rejected.length)} of ${calls(rejected_count).replace(/calls?$/, "rows")}`),
    );
}
