import type { ImportRow } from "@ringfence/campaigns";
import type { Request } from "express";
import { plainBody } from "../bodies.ts";
import { candidatesFromCsv } from "./csv-import.ts";
import { candidatesFromNdjson } from "./ndjson-import.ts";

const READERS = { "text/csv": candidatesFromCsv, "application/x-ndjson": candidatesFromNdjson };

/** The rows of a body that streams in as CSV or NDJSON, in groups; null for any other media type. Throws as their readers do. */
export function streamedRows(req: Request): AsyncGenerator<ImportRow[]> | null {
  const type = req.is(Object.keys(READERS)) as keyof typeof READERS | false | null;
  if (!type) return null;
  const { body, charset } = plainBody(req);
  return READERS[type](body, charset);
}
