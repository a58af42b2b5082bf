import type { ImportRow } from "@ringfence/campaigns";
import type { Request } from "express";
import { plainBody } from "./bodies.ts";
import { candidatesFromCsv } from "./csv-import.ts";
import { candidatesFromNdjson } from "./ndjson-import.ts";

/** The rows of a body that streams in as CSV or NDJSON; null for any other media type. Throws as their readers do. */
export function streamedRows(req: Request): AsyncGenerator<ImportRow> | null {
  if (req.is("text/csv")) return candidatesFromCsv(plainBody(req));
  if (req.is("application/x-ndjson")) return candidatesFromNdjson(plainBody(req));
  return null;
}
