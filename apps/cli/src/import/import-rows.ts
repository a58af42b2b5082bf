import { IntakeFault } from "@ringfence/intake";
import type { Context } from "../context.ts";
import { usage } from "../exit-codes.ts";
import { plain } from "../text.ts";
import { openRows, type Reading } from "./open-rows.ts";
import { checkWritable, createRejectedRows, type RejectedRow, type RejectedRows } from "./rejected-rows.ts";
import type { Note, OpenRows, TakenRow } from "./rows.ts";
import { openSource, type Source } from "./source.ts";
import { createSpool, type Spool } from "./spool.ts";

/** What the API answers an import; its rows count what was sent. */
export interface Answer {
  created: number;
  duplicates: number;
  updated?: number;
  on_do_not_call?: number;
  rejected_count: number;
  rejected: { row: number; reason: string }[];
}

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
  /** Sends the taken rows, as NDJSON. */
  send: (rows: AsyncIterable<Uint8Array>) => Promise<Answer>;
  tell: (report: Report) => void;
}

/**
 * Imports a file. All of it is sifted before anything is sent, so that a file that cannot be read leaves nothing behind;
 * what is taken and what is not waits outside memory. Throws CliError for a file that cannot be read.
 */
export async function importRows(context: Context, order: Order): Promise<void> {
  const { file, reading, rejected: rejectedFile, toSend, send, tell } = order;
  if (rejectedFile !== undefined) await checkWritable(rejectedFile);
  await withOpen(
    openSource(context.io, file, () => context.client.GET("/v1/session")),
    async (source) => {
      const rows = await inWords(source, () => openRows(source, reading));
      for (const note of rows.notes) say(context, note);
      await withOpen(createSpool(), (taken) =>
        withOpen(createRejectedRows(rows), async (rejected) => {
          await inWords(source, () => sift(rows, toSend, taken, rejected));
          const answer = await send(taken.bytes());
          if (answer.rejected_count > 0) await rejectAlso(context, rows, answer, rejected);
          const { created, duplicates, updated = 0, on_do_not_call = 0 } = answer;
          const { rejected_count, ...named } = rejected.report();
          const unnamed = answer.rejected_count - answer.rejected.length;
          tell({ created, duplicates, updated, on_do_not_call, rejected_count: rejected_count + unnamed, ...named });
          if (rejectedFile !== undefined) await rejected.writeTo(rejectedFile);
        }),
      );
    },
  );
}

async function sift(rows: OpenRows, toSend: Order["toSend"], taken: Spool, rejected: RejectedRows): Promise<void> {
  for await (const group of rows.groups()) {
    await taken.write(group.taken.map((row) => `${JSON.stringify(toSend(row))}\n`).join(""));
    await rejected.add(group.refused);
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
