import type { CandidateInput } from "@ringfence/domain";
import { readCandidate } from "./candidate.ts";
import { type ColumnMapping, candidateMaker } from "./columns/columns.ts";
import type { Table, TableRow } from "./tables/table.ts";

/** A row that is taken, its number E.164. */
export type TakenRow = TableRow & { candidate: CandidateInput };
/** A row that is not, whole, and why. */
export type RefusedRow = TableRow & { reason: string };

/** How a table is read: its columns' names, none twice, what they hold, and the country of numbers without a plus. */
export interface Reading {
  columns: readonly string[];
  mapping: ColumnMapping;
  defaultCountry?: string | undefined;
}

/** Parts the rows of a table into those that are taken and those that are not, in groups, each in file order. */
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
 * The same for a list of numbers, such as of people who are not to be called: every number column of a row counts, not the
 * first that is filled, so that nobody is left out for having two.
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

/** Candidates as NDJSON, as `POST /v1/campaigns/{id}/candidates` takes it. */
export const ndjson = (rows: readonly TakenRow[]): string =>
  rows.map(({ candidate }) => `${JSON.stringify(candidate)}\n`).join("");
