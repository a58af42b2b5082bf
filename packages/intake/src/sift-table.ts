import type { CandidateInput } from "@ringfence/domain";
import { readCandidate } from "./candidate.ts";
import { type ColumnMapping, candidateMaker } from "./columns/columns.ts";
import type { Table, TableRow } from "./tables/table.ts";

/** An accepted row, with its number as E.164. */
export type TakenRow = TableRow & { candidate: CandidateInput };
/** A rejected row, whole, and the reason. */
export type RefusedRow = TableRow & { reason: string };

/** How a table is read: its unique column names, what they hold, and the country of numbers without a plus. */
export interface Reading {
  columns: readonly string[];
  mapping: ColumnMapping;
  defaultCountry?: string | undefined;
}

/** Separates the rows of a table into accepted and rejected rows, in groups, each in file order. */
export async function* siftTable(
  rows: Table["rows"],
  { columns, mapping, defaultCountry }: Reading,
): AsyncGenerator<{ taken: TakenRow[]; refused: RefusedRow[] }> {
  const toCandidate = candidateMaker(columns, mapping);
  for await (const group of rows) {
    const taken: TakenRow[] = [];
    const refused: RefusedRow[] = [];
    for (const row of group) {
      const reading =
        row.fault === null ? readCandidate(toCandidate(row.cells), defaultCountry) : { reason: row.fault };
      if ("candidate" in reading) taken.push({ ...row, candidate: reading.candidate });
      else refused.push({ ...row, reason: reading.reason });
    }
    yield { taken, refused };
  }
}

/**
 * The same for a list of numbers, such as the do-not-call list: every number column of a row counts, not only the
 * first filled one, so that no second number of a person is missed.
 */
export async function* siftNumbers(
  rows: Table["rows"],
  { mapping, defaultCountry }: Reading,
): AsyncGenerator<{ taken: TakenRow[]; refused: RefusedRow[] }> {
  for await (const group of rows) {
    const taken: TakenRow[] = [];
    const refused: RefusedRow[] = [];
    for (const row of group) {
      const filled = mapping.phones.map((n) => row.cells[n] ?? "").filter((cell) => cell.trim() !== "");
      for (const phone_number of filled.length > 0 ? filled : [""]) {
        const reading = row.fault === null ? readCandidate({ phone_number }, defaultCountry) : { reason: row.fault };
        if ("candidate" in reading) taken.push({ ...row, candidate: reading.candidate });
        else refused.push({ ...row, reason: reading.reason });
      }
    }
    yield { taken, refused };
  }
}

/** Candidates as NDJSON, as `POST /v1/campaigns/{id}/candidates` accepts it. */
export const ndjson = (rows: readonly TakenRow[]): string =>
  rows.map(({ candidate }) => `${JSON.stringify(candidate)}\n`).join("");
