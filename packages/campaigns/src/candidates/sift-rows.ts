import { type CandidateInput, type ImportReport, MOST_REJECTED, Problem, type RejectedRow } from "@ringfence/domain";
import { isCountry, readCandidate } from "@ringfence/intake";
import type { Once } from "../database/idempotency.ts";
import type { Imported } from "./imports.sql.ts";

/** How many characters of a rejected number an answer repeats. */
const LONGEST_ECHO = 200;
/** Most characters of rejected rows, as JSON, that an answer repeats. */
const MOST_VALUES = 16_000_000;

/** A row as received, or why it cannot be read. */
export interface ImportRow {
  input: CandidateInput | { phone_number: string; unreadable: string };
  /** Line of the body in which the row begins, from 1; null for JSON, which has no such lines. */
  line: number | null;
  /** The row itself: a CSV's fields, or the element. */
  values: unknown;
}

/** Rows in groups, as they arrive. */
export type ImportRows = AsyncIterable<readonly ImportRow[]> | Iterable<readonly ImportRow[]>;

/** How rows are read and what an answer names. */
export interface SiftOptions {
  /** ISO 3166-1 alpha-2, in capitals; numbers without `+` are national numbers of this country. */
  defaultCountry?: string | undefined;
  /** How many rejected rows the answer names. */
  rejectedLimit?: number | undefined;
}

/** The country of numbers without `+`, in capitals. Throws `invalid_request` if there is no such country. */
export function countryOf(letters: string | undefined): string | undefined {
  const country = letters?.toUpperCase();
  if (country === undefined || isCountry(country)) return country;
  throw new Problem("invalid_request", "Correct and send again: default_country", [
    { path: "default_country", message: "Is no country; name one by its two letters (ISO 3166-1), such as DE" },
  ]);
}

/**
 * Separates rows that can be dialled from rows to be named. `good` yields the former in groups, converted by `toRow`. Once
 * it has ended, `report` covers all rows.
 */
export function siftRows<Row>(
  groups: ImportRows,
  { defaultCountry, rejectedLimit = MOST_REJECTED.byDefault }: SiftOptions,
  toRow: (candidate: CandidateInput) => Row,
) {
  const rejected: RejectedRow[] = [];
  let row = 0;
  let rejectedCount = 0;
  let valuesLeft = MOST_VALUES;
  let valuesLeftOut = 0;
  const reject = ({ input, line, values }: ImportRow, reason: string): void => {
    rejectedCount++;
    if (rejected.length === rejectedLimit) return;
    const length = JSON.stringify(values)?.length ?? 0;
    const isRepeated = length <= valuesLeft;
    if (isRepeated) valuesLeft -= length;
    else valuesLeftOut++;
    const phone_number = input.phone_number.slice(0, LONGEST_ECHO);
    rejected.push({ row, line, phone_number, reason, ...(isRepeated && { values }) });
  };
  const good = async function* (): AsyncGenerator<Row[]> {
    for await (const group of groups) {
      const taken: Row[] = [];
      for (const each of group) {
        row++;
        const { input } = each;
        const reading = "unreadable" in input ? { reason: input.unreadable } : readCandidate(input, defaultCountry);
        if ("candidate" in reading) taken.push(toRow(reading.candidate));
        else reject(each, reading.reason);
      }
      yield taken;
    }
  };
  return {
    good: good(),
    rejectedCount: (): number => rejectedCount,
    report: ({ created, updated, staged }: Imported): ImportReport => ({
      created,
      duplicates: staged - created - updated,
      rejected_count: rejectedCount,
      rejected,
      ...(valuesLeftOut > 0 && { values_left_out: valuesLeftOut }),
    }),
  };
}

/** The answer of an import, to be stored for repeated requests, built from what the database did. */
export const answerOf = <Report>(
  once: Once<Report> | null,
  report: (imported: Imported) => Report,
): Once<Imported> | null => once && { ...once, toAnswer: (imported) => once.toAnswer(report(imported)) };
