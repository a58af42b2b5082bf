import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import type { ImportRow } from "@ringfence/campaigns";
import { CsvError, parse } from "csv-parse";
import { bodyFault, brokenOff } from "./bodies.ts";

/** Longest row, in characters: a quote that is never closed must not gather the rest of the body. */
const LONGEST_ROW = 100_000;
const LONGEST_TEXT = 200;
/** All that end a row, also mixed in one file; csv-parse by itself would go by the first. */
const ROW_ENDS = ["\r\n", "\n", "\r"];

/**
 * Reads candidates from CSV as it streams in: a header row with `phone_number` and, if wanted, `name` and
 * `external_id`, however they are spelt; every other column is a dynamic variable. A row with too many or too few fields is unreadable and
 * named; what is not CSV at all, or breaks off, throws `invalid_request`.
 */
export async function* candidatesFromCsv(body: Readable): AsyncGenerator<ImportRow> {
  const parser = parse({
    bom: true,
    record_delimiter: ROW_ENDS,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  // The error, also a body that breaks off, comes out of the loop below. The body itself outlives it: its rest has to be
  // read, or the next request on the connection would wait behind it for ever.
  pipeline(body.iterator({ destroyOnReturn: false }), parser, () => undefined);
  let columns: string[] | null = null;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (columns) yield toRow(columns, record);
      else columns = header(record);
    }
  } catch (error) {
    throw toProblem(error);
  } finally {
    body.resume();
  }
  if (!columns) throw bodyFault("body", "Has no header row; begin with one that names phone_number");
}

/** What else a column may be called, without case and signs. */
const ALSO_CALLED = {
  phone_number: ["phonenumber", "phone", "telephone", "mobile", "number"],
  name: ["name", "fullname"],
  external_id: ["externalid"],
};

/** A column that has a field's own name is it; else the first that is called so in another way. */
function named(columns: string[]): string[] {
  const plain = columns.map((column) => column.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  const found = new Map<number, string>();
  for (const [field, names] of Object.entries(ALSO_CALLED)) {
    if (columns.includes(field)) continue;
    const index = names.map((name) => plain.indexOf(name)).find((at) => at >= 0);
    if (index !== undefined) found.set(index, field);
  }
  return columns.map((column, index) => found.get(index) ?? column);
}

function header(record: string[]): string[] {
  const columns = named(record.map((name) => name.trim()));
  if (!columns.includes("phone_number")) throw bodyFault("phone_number", "The header row has no column phone_number");
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw bodyFault(twice || "header", "The header row names this column twice");
  if (columns.includes("")) throw bodyFault("header", "A column has no name");
  if (columns.some(holdsNul)) throw bodyFault("header", "A column's name holds NUL, which cannot be stored");
  return columns;
}

function toRow(columns: string[], record: string[]): ImportRow {
  const {
    phone_number = "",
    name = "",
    external_id = "",
    ...rest
  } = Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ""]));
  const unreadable = (reason: string): ImportRow => ({
    phone_number: phone_number.slice(0, LONGEST_TEXT),
    unreadable: reason,
  });
  if (record.length !== columns.length)
    return unreadable(`Has ${record.length} fields, the header has ${columns.length}`);
  if (record.some(holdsNul)) return unreadable("Holds NUL, which cannot be stored");
  if (phone_number.length > LONGEST_TEXT) return unreadable("Is not a phone number");
  if (name.length > LONGEST_TEXT) return unreadable(`name has more than ${LONGEST_TEXT} characters`);
  if (external_id.length > LONGEST_TEXT) return unreadable(`external_id has more than ${LONGEST_TEXT} characters`);
  return { phone_number, name, external_id, dynamic_variables: rest };
}

const holdsNul = (text: string): boolean => text.includes("\0");

function toProblem(error: unknown): unknown {
  if (error instanceof CsvError)
    return bodyFault(`line ${String(error.lines ?? "?")}`, `Is not valid CSV (${error.code})`);
  return brokenOff(error);
}
