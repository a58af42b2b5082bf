import { IntakeFault } from "@ringfence/intake";
import type { Context } from "../context.ts";
import { usage } from "../exit-codes.ts";
import { plain } from "../terminal/text.ts";
import { openRows, type Reading } from "./open-rows.ts";
import { checkWritable, createRejectedRows, type RejectedRow, type RejectedRows } from "./rejected-rows.ts";
import type { Note, OpenRows, TakenRow } from "./rows.ts";
import { openSource, type Source } from "./source.ts";
import { createSpool } from "./spool.ts";

/** The API's answer to an import; its row numbers count the rows that were sent. */
export interface Answer {
  created: number;
  duplicates: number;
  updated?: number;
  on_do_not_call?: number;
  rejected_count: number;
  rejected: { row: number; reason: string }[];
}

const NOTHING: Answer = { created: 0, duplicates: 0, rejected_count: 0, rejected: [] };

/** The result for a file, in the API's shape; rows and lines are those of the file. */
export interface Report {
  created: number;
  duplicates: number;
  updated: number;
  on_do_not_call: number;
  rejected_count: number;
  rejected: RejectedRow[];
  values_left_out?: number;
}

/** A file to import, and how. */
export interface Order {
  file: string;
  reading: Reading;
  /** The file that rejected rows are written to. */
  rejected?: string | undefined;
  /** An accepted row as it is sent. */
  toSend: (row: TakenRow) => object;
  /** Whether the whole file must be validated before anything is sent, because an unreadable file would leave something behind. */
  siftFirst: boolean;
  /** Sends the accepted rows as NDJSON; not called if `siftFirst` found none. If the rows throw, the API must store nothing. */
  send: (rows: AsyncIterable<Uint8Array | string>) => Promise<Answer>;
  tell: (report: Report) => void;
}

/** Imports a file, in little memory. Throws CliError if it cannot be read; then nothing of it is stored. */
export async function importRows(context: Context, order: Order): Promise<void> {
  const { file, reading, rejected: rejectedFile, tell } = order;
  if (rejectedFile !== undefined) await checkWritable(rejectedFile);
  const checkKey = () => context.client.GET("/v1/session");
  await withOpen(openSource(context.io, file, checkKey), async (source) => {
    const rows = await inWords(source, () => openRows(source, reading));
    for (const note of rows.notes) say(context, note);
    await withOpen(createRejectedRows(rows), async (rejected) => {
      const answer = await inWords(source, () => sendTaken(rows, order, rejected));
      if (answer.rejected_count > 0) await rejectAlso(context, rows, answer, rejected);
      const { created, duplicates, updated = 0, on_do_not_call = 0 } = answer;
      const { rejected_count, ...named } = rejected.report();
      const unnamed = answer.rejected_count - answer.rejected.length;
      tell({ created, duplicates, updated, on_do_not_call, rejected_count: rejected_count + unnamed, ...named });
      if (rejectedFile !== undefined) await rejected.writeTo(rejectedFile);
    });
  });
}

/** Sends the accepted rows while the file is validated or, with `siftFirst`, afterwards; until then they wait in a temporary file. */
async function sendTaken(rows: OpenRows, order: Order, rejected: RejectedRows): Promise<Answer> {
  const taken = takenLines(rows, order.toSend, rejected);
  if (!order.siftFirst) return await order.send(taken);
  return await withOpen(createSpool(), async (spool) => {
    let isEmpty = true;
    for await (const lines of taken) {
      isEmpty = false;
      await spool.write(lines);
    }
    return isEmpty ? NOTHING : await order.send(spool.bytes());
  });
}

async function* takenLines(rows: OpenRows, toSend: Order["toSend"], rejected: RejectedRows): AsyncGenerator<string> {
  for await (const { taken, refused } of rows.groups()) {
    await rejected.add(refused);
    if (taken.length > 0) yield taken.map((row) => `${JSON.stringify(toSend(row))}\n`).join("");
  }
}

/** Adds rows that passed here but that the API refused, as an API of another version may. Its row numbers count the rows that were sent. */
async function rejectAlso(context: Context, rows: OpenRows, answer: Answer, rejected: RejectedRows): Promise<void> {
  const reasons = new Map(answer.rejected.map(({ row, reason }) => [row, reason]));
  let sent = 0;
  for await (const { taken } of rows.groups()) {
    await rejected.add(
      taken.flatMap(({ candidate, ...row }) => {
        const reason = reasons.get(++sent);
        return reason === undefined ? [] : [{ ...row, phone_number: candidate.phone_number, reason }];
      }),
    );
    if (sent >= (answer.rejected.at(-1)?.row ?? 0)) break;
  }
  const unnamed = answer.rejected_count - answer.rejected.length;
  if (unnamed > 0)
    say(context, { code: "rejected_rows", detail: `The API rejected ${unnamed} more rows and did not name them` });
}

/** Prints a note beside the result, as JSON for scripts. */
function say({ io, json }: Context, note: Note): void {
  io.note(json ? JSON.stringify(note) : io.paintNote("yellow", note.detail));
}

/** Turns a file that cannot be read into wrong usage, with its name and the line. */
async function inWords<Result>({ name }: Source, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof IntakeFault)) throw error;
    const { path, message } = error;
    throw usage(plain(`${name}: ${path === "body" ? "" : `${path}: `}${message}`));
  }
}

/** Uses a resource and closes it afterwards, whatever happens. */
async function withOpen<Kept extends { close(): Promise<void> }, Result>(
  opened: Promise<Kept>,
  use: (kept: Kept) => Promise<Result>,
): Promise<Result> {
  const kept = await opened;
  try {
    return await use(kept);
  } finally {
    await kept.close();
  }
}
