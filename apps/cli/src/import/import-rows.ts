import { IntakeFault } from "@ringfence/intake";
import type { Context } from "../context.ts";
import { usage } from "../exit-codes.ts";
import { plain } from "../terminal/text.ts";
import { openRows, type Reading } from "./open-rows.ts";
import { checkWritable, createRejectedRows, type RejectedRow, type RejectedRows } from "./rejected-rows.ts";
import type { Note, OpenRows, TakenRow } from "./rows.ts";
import { openSource, type Source } from "./source.ts";
import { createSpool } from "./spool.ts";

/** What the API answers an import; its rows count what was sent. */
export interface Answer {
  created: number;
  duplicates: number;
  updated?: number;
  on_do_not_call?: number;
  rejected_count: number;
  rejected: { row: number; reason: string }[];
}

const NOTHING: Answer = { created: 0, duplicates: 0, rejected_count: 0, rejected: [] };

/** What became of a file, in the API's shape; rows and lines are those of the file. */
export interface Report {
  created: number;
  duplicates: number;
  updated: number;
  on_do_not_call: number;
  rejected_count: number;
  rejected: RejectedRow[];
  values_left_out?: number;
}

/** A file to import, and what becomes of it. */
export interface Order {
  file: string;
  reading: Reading;
  /** Where the rejected rows are written down. */
  rejected?: string | undefined;
  /** A taken row as it is sent. */
  toSend: (row: TakenRow) => object;
  /** Whether nothing may be sent before all of the file was sifted, because a file that cannot be read would leave something behind. */
  siftFirst: boolean;
  /** Sends the taken rows, as NDJSON; not called where `siftFirst` found none. If they throw, the API must keep nothing. */
  send: (rows: AsyncIterable<Uint8Array | string>) => Promise<Answer>;
  tell: (report: Report) => void;
}

/** Imports a file, in little memory. Throws CliError for one that cannot be read; then nothing of it is kept. */
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

/** Sends the taken rows while the file is sifted or, if need be, after that: until then they wait outside memory. */
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

/** Adds what the API refused although it was taken here, as an API of another version may: its rows count those that were sent. */
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

/** Says something beside the result: to scripts as JSON. */
function say({ io, json }: Context, note: Note): void {
  io.note(json ? JSON.stringify(note) : io.paintNote("yellow", note.detail));
}

/** What cannot be read, as wrong usage: with the file's name and the line. */
async function inWords<Result>({ name }: Source, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof IntakeFault)) throw error;
    const { path, message } = error;
    throw usage(plain(`${name}: ${path === "body" ? "" : `${path}: `}${message}`));
  }
}

/** Does something with what has to be closed afterwards, whatever happens. */
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
