import type { Imported, Once } from "@ringfence/db";
import type { CandidateInput, ImportReport } from "@ringfence/domain";
import { readPhoneNumber } from "@ringfence/intake/phone-number";

/** Characters of a rejected number that an answer repeats. */
const LONGEST_ECHO = 200;
/** Rejected rows that an answer names. */
const MOST_NAMED = 1_000;

/** A row as it came, or why it cannot be read. */
export type ImportRow = CandidateInput | { phone_number: string; unreadable: string };

/**
 * Parts the rows whose numbers can be dialled from those to be named: `good` gives them as `toRow` makes them of the
 * number as E.164 and the row. Once it has ended, `report` says the whole.
 */
export function siftRows<Row>(
  rows: AsyncIterable<ImportRow> | Iterable<ImportRow>,
  toRow: (phoneNumber: string, input: CandidateInput) => Row,
) {
  const rejected: ImportReport["rejected"] = [];
  let rejectedCount = 0;
  const good = async function* (): AsyncGenerator<Row> {
    let row = 0;
    for await (const input of rows) {
      row++;
      const checked = "unreadable" in input ? { reason: input.unreadable } : checkNumber(input.phone_number);
      if ("phoneNumber" in checked && !("unreadable" in input)) {
        yield toRow(checked.phoneNumber, input);
        continue;
      }
      rejectedCount++;
      if (rejected.length < MOST_NAMED && "reason" in checked) {
        rejected.push({ row, phone_number: input.phone_number.slice(0, LONGEST_ECHO), reason: checked.reason });
      }
    }
  };
  return {
    good: good(),
    rejectedCount: (): number => rejectedCount,
    report: ({ created, staged }: Imported): ImportReport => ({
      created,
      duplicates: staged - created,
      rejected_count: rejectedCount,
      rejected,
    }),
  };
}

/** What a repeated request is answered, from what the database did. */
export const answerOf = (
  once: Once<ImportReport> | null,
  report: (imported: Imported) => ImportReport,
): Once<Imported> | null => once && { ...once, toAnswer: (imported) => once.toAnswer(report(imported)) };

/** The number as E.164, or why it cannot be one. */
export const checkNumber = (phoneNumber: string): { phoneNumber: string } | { reason: string } =>
  readPhoneNumber(phoneNumber);
