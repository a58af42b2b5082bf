import { BY_ITSELF, type CandidateRow, type Database, type Once } from "@ringfence/db";
import { type CandidateInput, type ImportReport, notFound, storable } from "@ringfence/domain";
import { parsePhoneNumberWithError } from "libphonenumber-js";

/** Characters of a rejected number that an answer repeats. */
const LONGEST_ECHO = 200;
/** Rejected rows that an answer names. */
const MOST_NAMED = 1_000;

/** A row as it came, or why it cannot be read. */
export type ImportRow = CandidateInput | { phone_number: string; unreadable: string };

/**
 * Adds candidates to a campaign in the order they come, in one transaction and in bounded memory. Good rows are kept,
 * bad ones named and skipped; if `rows` throws, nothing is kept. With `once` a repeated request throws `AnsweredBefore`.
 * Throws `not_found`.
 */
export const importCandidates =
  ({ db }: { db: Database }) =>
  async (
    campaignId: string,
    rows: AsyncIterable<ImportRow> | Iterable<ImportRow>,
    by = BY_ITSELF,
    once: Once<ImportReport> | null = null,
  ): Promise<ImportReport> => {
    if (!(await db.campaigns.exists(campaignId))) throw notFound("campaign");
    const report: ImportReport = { created: 0, duplicates: 0, rejected_count: 0, rejected: [] };
    const good = async function* (): AsyncGenerator<CandidateRow> {
      let row = 0;
      for await (const input of rows) {
        row++;
        const checked = "unreadable" in input ? { reason: input.unreadable } : checkNumber(input.phone_number);
        if ("phoneNumber" in checked && !("unreadable" in input)) {
          yield toRow(checked.phoneNumber, input);
          continue;
        }
        report.rejected_count++;
        if (report.rejected.length < MOST_NAMED && "reason" in checked) {
          report.rejected.push({
            row,
            phone_number: input.phone_number.slice(0, LONGEST_ECHO),
            reason: checked.reason,
          });
        }
      }
    };
    const toReport = ({ created, staged }: { created: number; staged: number }): ImportReport => ({
      ...report,
      created,
      duplicates: staged - created,
    });
    const onceOfRows = once && {
      ...once,
      toAnswer: (imported: Parameters<typeof toReport>[0]) => once.toAnswer(toReport(imported)),
    };
    return toReport(await db.imports.addCandidates(campaignId, good(), by, () => report.rejected_count, onceOfRows));
  };

const toRow = (phoneNumber: string, input: CandidateInput): CandidateRow => ({
  phoneNumber,
  name: input.name ? storable(input.name) : null,
  externalId: input.external_id ? storable(input.external_id) : null,
  dynamicVariables: Object.fromEntries(
    Object.entries(input.dynamic_variables ?? {}).map(([key, value]) => [storable(key), storable(String(value))]),
  ),
});

/**
 * The number as E.164, or why it cannot be one. Length is what is checked, not the number plan: plans change, and
 * Retell answers for a number that nobody has (libphonenumber's own advice, README "isPossible" vs "isValid").
 */
export function checkNumber(phoneNumber: string): { phoneNumber: string } | { reason: string } {
  const trimmed = phoneNumber.trim();
  if (trimmed === "") return { reason: "The number is missing" };
  if (!trimmed.startsWith("+")) return { reason: "Must be international: begin with + and the country code" };
  try {
    const parsed = parsePhoneNumberWithError(trimmed, { extract: false });
    if (parsed.ext) return { reason: "An extension cannot be dialled" };
    if (!parsed.isPossible()) return { reason: "Has too few or too many digits for its country" };
    return { phoneNumber: parsed.number };
  } catch {
    return { reason: "Is not a phone number" };
  }
}
