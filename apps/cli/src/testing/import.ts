import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Context } from "../context.ts";
import { type Answer, importRows, type Report } from "../import/import-rows.ts";
import type { Reading } from "../import/open-rows.ts";

const NOTHING: Answer = { created: 0, duplicates: 0, rejected_count: 0, rejected: [] };

interface Given {
  /** The name of the file; "-" makes it stdin. */
  name?: string;
  reading?: Reading;
  rejected?: string;
  json?: boolean;
  siftFirst?: boolean;
  /** Fields of the API's answer besides the number created. */
  answer?: Partial<Answer>;
  /** The API's answer to a request for the session. */
  session?: () => Promise<unknown>;
}

/** Imports files as the command does, but collects the rows instead of sending them. */
export const importInto =
  (folder: string) =>
  async (content: string | Uint8Array | Readable, given: Given = {}) => {
    const {
      name = "people.csv",
      reading = {},
      rejected,
      json = false,
      siftFirst = true,
      answer,
      session = async () => ({}),
    } = given;
    const file = name === "-" ? "-" : join(folder, name);
    if (name !== "-" && !(content instanceof Readable)) await writeFile(file, content);
    const notes: string[] = [];
    const sent: object[] = [];
    let report: Report | undefined;
    const stdin = content instanceof Readable ? content : Readable.from([Buffer.from(content)]);
    const io = { stdin, note: (text: string) => notes.push(text), paintNote: (_style: string, text: string) => text };
    await importRows({ io, json, client: { GET: session } } as unknown as Context, {
      file,
      reading,
      rejected,
      toSend: ({ candidate }) => candidate,
      siftFirst,
      send: async (rows) => {
        let text = "";
        const decoder = new TextDecoder();
        for await (const chunk of rows)
          text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
        for (const line of text.split("\n")) if (line !== "") sent.push(JSON.parse(line));
        return { ...NOTHING, created: sent.length, ...answer };
      },
      tell: (told) => {
        report = told;
      },
    });
    return { sent, notes: notes.map((note) => note.replace(`${folder}/`, "")), report: report! };
  };
