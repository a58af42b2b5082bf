import {
  type CandidateInput,
  type CandidatesReport,
  type ImportOptions,
  notFound,
  Problem,
  storable,
} from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";
import type { CandidateRow, Imported } from "./imports.sql.ts";
import { answerOf, countryOf, type ImportRows, siftRows } from "./sift-rows.ts";

/**
 * Adds candidates to a campaign in their order, in one transaction and in bounded memory. Valid rows are stored, invalid
 * rows named and skipped; if `groups` throws, nothing is stored. With `once` a repeated request throws `AnsweredBefore`.
 * Throws `not_found`, and `call_unfinished` if known candidates are to be replaced while a launch is under way.
 */
export const importCandidates =
  ({ db }: { db: Database }) =>
  async (
    campaignId: string,
    groups: ImportRows,
    { default_country, rejected_limit, on_duplicate }: ImportOptions = {},
    by = BY_ITSELF,
    once: Once<CandidatesReport> | null = null,
  ): Promise<CandidatesReport> => {
    const options = { defaultCountry: countryOf(default_country), rejectedLimit: rejected_limit };
    if (!(await db.campaigns.exists(campaignId))) throw notFound("campaign");
    const sifted = siftRows(groups, options, toCandidateRow);
    const report = (imported: Imported): CandidatesReport => {
      const { created, duplicates, ...rejections } = sifted.report(imported);
      return { created, updated: imported.updated, duplicates, on_do_not_call: imported.listed, ...rejections };
    };
    const imported = await db.imports.addCandidates(campaignId, sifted.good, {
      by,
      rejected: sifted.rejectedCount,
      once: answerOf(once, report),
      ...(on_duplicate && { onDuplicate: on_duplicate }),
    });
    if (imported === "gone") throw notFound("campaign");
    if (imported === "launching")
      throw new Problem("call_unfinished", "A launch of this campaign is under way; try again when it has answered");
    return report(imported);
  };

/** A candidate as it is stored. Variables become texts, as Retell requires. */
export const toCandidateRow = ({
  phone_number,
  name,
  external_id,
  dynamic_variables,
}: CandidateInput): CandidateRow => ({
  phoneNumber: phone_number,
  name: name ? storable(name) : null,
  externalId: external_id ? storable(external_id) : null,
  dynamicVariables: Object.fromEntries(
    Object.entries(dynamic_variables ?? {}).map(([key, value]) => [storable(key), storable(String(value))]),
  ),
});
