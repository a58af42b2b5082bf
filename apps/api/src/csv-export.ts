import { pipeline } from "node:stream/promises";
import type { CallView } from "@ringfence/domain";
import { stringify } from "csv-stringify";
import type { Response } from "express";

const COLUMNS = [
  "id",
  "batch_id",
  "campaign_id",
  "candidate_id",
  "phone_number",
  "name",
  "call_status",
  "placed",
  "retell_call_id",
  "error_message",
  "disconnection_reason",
  "created_at",
  "claimed_at",
  "dialed_at",
  "started_at",
  "ended_at",
  "duration_ms",
  "cancelled_at",
  "recording_url",
  "analysis",
] as const satisfies (keyof CallView)[];

/** Cells that a spreadsheet would run as a formula begin so (owasp.org, "CSV Injection"); a leading quote makes them text. Phone numbers are ours and stay. */
const defuse = (text: string): string => (/^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text);

function cell(call: CallView, column: (typeof COLUMNS)[number]): string {
  const value = call[column];
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") return JSON.stringify(value);
  return column === "phone_number" ? String(value) : defuse(String(value));
}

/** Writes calls as CSV with a header row, as they come, never more than a page in memory, as a file of this name. A client that goes away ends it. */
export async function sendCalls(res: Response, filename: string, calls: AsyncIterable<CallView>): Promise<void> {
  res.type("text/csv").attachment(filename);
  const rows = async function* () {
    for await (const call of calls) yield COLUMNS.map((column) => cell(call, column));
  };
  await pipeline(rows, stringify({ header: true, columns: [...COLUMNS] }), res).catch((error: { code?: string }) => {
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}
