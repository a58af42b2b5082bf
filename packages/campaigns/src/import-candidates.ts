import { BY_ITSELF, type CandidateRow, type Database, type Once } from "@ringfence/db";
import { type CandidateInput, type ImportReport, notFound, storable } from "@ringfence/domain";
import { answerOf, type ImportRow, siftRows } from "./sift-rows.ts";

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
    const { good, rejectedCount, report } = siftRows(rows, toCandidateRow);
    return report(await db.imports.addCandidates(campaignId, good, by, rejectedCount, answerOf(once, report)));
  };

/** A candidate as it is stored. Variables are kept as Retell takes them: as texts. */
export const toCandidateRow = (phoneNumber: string, input: CandidateInput): CandidateRow => ({
  phoneNumber,
  name: input.name ? storable(input.name) : null,
  externalId: input.external_id ? storable(input.external_id) : null,
  dynamicVariables: Object.fromEntries(
    Object.entries(input.dynamic_variables ?? {}).map(([key, value]) => [storable(key), storable(String(value))]),
  ),
});
