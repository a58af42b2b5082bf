import type pg from "pg";
import { BY_ITSELF } from "./audit.ts";
import { bulkTransaction, type CopiedRow, copyInto } from "./bulk.ts";
import type { Once } from "./idempotency.ts";

/** One candidate, its number already E.164. */
export interface CandidateRow {
  phoneNumber: string;
  name: string | null;
  externalId: string | null;
  dynamicVariables: Record<string, string>;
}

/** How many rows were new, and how many came. */
export interface Imported {
  created: number;
  staged: number;
}

/** Adding candidates, on the bulk pool's own connections. */
export const importQueries = (bulk: pg.Pool) => ({
  /**
   * Adds candidates in one transaction, streaming them into a temporary table and from there, ordered by the key
   * (two imports in opposite order would deadlock), into the campaign. Import order is the order of `rows`. A
   * number that the campaign has, or that came before, is a duplicate; one whose candidate was deleted brings that
   * candidate back, with the calls it had. If `rows` throws, nothing is kept.
   * Who imported is kept in the same transaction, if anybody is new; `rejected` is asked when `rows` has ended.
   */
  addCandidates: (
    campaignId: string,
    rows: AsyncIterable<CandidateRow> | Iterable<CandidateRow>,
    by = BY_ITSELF,
    rejected = () => 0,
    once: Once<Imported> | null = null,
  ): Promise<Imported> =>
    bulkTransaction(bulk, once, async (client) => {
      await client.query(`CREATE TEMPORARY TABLE staged (
        ordinal bigint DEFAULT nextval('candidates_ordinal_seq'), phone_number text, name text, external_id text, dynamic_variables jsonb
      ) ON COMMIT DROP`);
      const staged = await copyInto(
        client,
        "staged (phone_number, name, external_id, dynamic_variables)",
        copied(rows),
      );
      const { rowCount: back } = await client.query(BRING_BACK, [campaignId]);
      const { rowCount: added } = await client.query(
        `INSERT INTO candidates (campaign_id, ordinal, phone_number, name, external_id, dynamic_variables)
         SELECT $1, ordinal, phone_number, name, external_id, dynamic_variables
         FROM (SELECT DISTINCT ON (phone_number) * FROM staged ORDER BY phone_number, ordinal) first
         ORDER BY phone_number
         ON CONFLICT (campaign_id, phone_number) DO NOTHING`,
        [campaignId],
      );
      const created = (back ?? 0) + (added ?? 0);
      if (created > 0) {
        const detail = { created, duplicates: staged - created, rejected_count: rejected() };
        await client.query(
          "INSERT INTO audit (actor, action, campaign_id, detail) VALUES ($1, 'candidates.import', $2, $3)",
          [by, campaignId, detail],
        );
      }
      return { created, staged };
    }),
});

export type ImportQueries = ReturnType<typeof importQueries>;

/** Locked in the order of the key, as above. */
const BRING_BACK = `
  WITH deleted AS (
    SELECT id, phone_number FROM candidates
    WHERE campaign_id = $1 AND deleted_at IS NOT NULL AND phone_number IN (SELECT phone_number FROM staged)
    ORDER BY phone_number FOR UPDATE
  ), first AS (
    SELECT DISTINCT ON (phone_number) * FROM staged WHERE phone_number IN (SELECT phone_number FROM deleted)
    ORDER BY phone_number, ordinal
  )
  UPDATE candidates d SET deleted_at = NULL, ordinal = first.ordinal, name = first.name, external_id = first.external_id,
    dynamic_variables = first.dynamic_variables
  FROM deleted JOIN first USING (phone_number) WHERE d.id = deleted.id`;

async function* copied(rows: AsyncIterable<CandidateRow> | Iterable<CandidateRow>): AsyncGenerator<CopiedRow> {
  for await (const row of rows) yield [row.phoneNumber, row.name, row.externalId, JSON.stringify(row.dynamicVariables)];
}
