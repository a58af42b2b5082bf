import type pg from "pg";
import { BY_ITSELF } from "../database/audit.ts";
import { bulkTransaction, copyInto, type Groups } from "../database/bulk.ts";
import type { Once } from "../database/idempotency.ts";

/** One candidate, its number already E.164. */
export interface CandidateRow {
  phoneNumber: string;
  name: string | null;
  externalId: string | null;
  dynamicVariables: Record<string, string>;
}

/** Counts of an import: new numbers, known and replaced numbers, new numbers on the do-not-call list, and all rows. */
export interface Imported {
  created: number;
  updated: number;
  listed: number;
  staged: number;
}

/** `skip`: a number that the campaign has stays as it is. `update`: name, external id and variables are replaced. */
export type OnDuplicate = "skip" | "update";

/** Adds candidates, on connections of the bulk pool. */
export const importQueries = (bulk: pg.Pool) => ({
  /**
   * Adds candidates in one transaction, streaming them into a temporary table and from there, ordered by the key
   * (two imports in opposite order would deadlock), into the campaign. Import order is the order of `groups`. A
   * number that the campaign has, or that an earlier row has, is a duplicate. The number of a deleted candidate restores
   * that candidate with the earlier calls. With `update` the last row of a number replaces the candidate's data, unless
   * the candidate has an unfinished call. Nothing is stored if `groups` throws, if the campaign is deleted meanwhile, or
   * if known candidates were to be replaced during a launch of the campaign. If anybody is new or changed, the author is
   * recorded in the same transaction. `rejected` is called after `groups` has ended.
   */
  addCandidates: (
    campaignId: string,
    groups: Groups<CandidateRow>,
    { by = BY_ITSELF, rejected = () => 0, onDuplicate = "skip", once = null }: AddOptions = {},
  ): Promise<Imported | "gone" | "launching"> =>
    bulkTransaction(bulk, once, async (client) => {
      await client.query(`CREATE TEMPORARY TABLE staged (
        ordinal bigint DEFAULT nextval('candidates_ordinal_seq'), phone_number text, name text, external_id text, dynamic_variables jsonb
      ) ON COMMIT DROP`);
      const staged = await copyInto(
        client,
        "staged (phone_number, name, external_id, dynamic_variables)",
        groups,
        (row) => [row.phoneNumber, row.name, row.externalId, JSON.stringify(row.dynamicVariables)],
      );
      await keepCampaign(client, campaignId);
      const kept = onDuplicate === "update" ? LAST : FIRST;
      const updated = onDuplicate === "update" ? await replaceKnown(client, campaignId) : 0;
      const { rowCount: back } = await client.query(bringBack(kept), [campaignId]);
      // Another import of the campaign holds its counter until it ends, however long that takes.
      await client.query("SET LOCAL lock_timeout = 0");
      const { rowCount: added } = await client.query(
        `INSERT INTO candidates (campaign_id, ordinal, phone_number, name, external_id, dynamic_variables)
         SELECT $1, ordinal, phone_number, name, external_id, dynamic_variables FROM (${kept}) kept ORDER BY phone_number
         ON CONFLICT (campaign_id, phone_number) DO NOTHING`,
        [campaignId],
      );
      const created = (back ?? 0) + (added ?? 0);
      const listed = created > 0 ? await countListed(client, campaignId) : 0;
      if (created + updated > 0) {
        const duplicates = staged - created - updated;
        const detail = { created, ...(updated > 0 && { updated }), duplicates, rejected_count: rejected() };
        await client.query(
          "INSERT INTO audit (actor, action, campaign_id, detail) VALUES ($1, 'candidates.import', $2, $3)",
          [by, campaignId, detail],
        );
      }
      return { created, updated, listed, staged };
    }).catch((error: unknown) => {
      if (error instanceof Undo) return error.outcome;
      throw error;
    }),
});

interface AddOptions {
  by?: string;
  rejected?: () => number;
  onDuplicate?: OnDuplicate;
  once?: Once<Imported> | null;
}

export type ImportQueries = ReturnType<typeof importQueries>;

/** Thrown inside the transaction so that it is rolled back and stores no answer. */
class Undo extends Error {
  constructor(readonly outcome: "gone" | "launching") {
    super(outcome);
  }
}

/** The first row of each number, which gives the candidate's position in import order. */
const FIRST = "SELECT DISTINCT ON (phone_number) * FROM staged ORDER BY phone_number, ordinal";
/** The same position with the data of the last row. */
const LAST = `
  SELECT DISTINCT ON (phone_number) min(ordinal) OVER (PARTITION BY phone_number) AS ordinal, phone_number, name, external_id,
    dynamic_variables
  FROM staged ORDER BY phone_number, staged.ordinal DESC`;

/** Locks in the order of the key, as above. */
const bringBack = (kept: string): string => `
  WITH deleted AS (
    SELECT id, phone_number FROM candidates
    WHERE campaign_id = $1 AND deleted_at IS NOT NULL AND phone_number IN (SELECT phone_number FROM staged)
    ORDER BY phone_number FOR UPDATE
  ), kept AS (
    ${kept}
  )
  UPDATE candidates d SET deleted_at = NULL, ordinal = kept.ordinal, name = kept.name, external_id = kept.external_id,
    dynamic_variables = kept.dynamic_variables
  FROM deleted JOIN kept USING (phone_number) WHERE d.id = deleted.id`;

/** Blocks deletion of the campaign until the commit. Runs before any candidate is locked, so that import and deletion never deadlock. Throws if the campaign is gone. */
async function keepCampaign(client: pg.PoolClient, campaignId: string): Promise<void> {
  const { rowCount } = await client.query("/* keep campaign */ SELECT id FROM campaigns WHERE id = $1 FOR KEY SHARE", [
    campaignId,
  ]);
  if (rowCount === 0) throw new Undo("gone");
}

/**
 * Replaces the data of existing candidates without an unfinished call. A launch, which would create such calls meanwhile,
 * is blocked until the commit. Returns how many were replaced. Throws if a launch is under way.
 */
async function replaceKnown(client: pg.PoolClient, campaignId: string): Promise<number> {
  const { rows } = await client.query<{ free: boolean }>(
    "SELECT pg_try_advisory_xact_lock_shared(hashtextextended('launch:' || $1, 0)) AS free",
    [campaignId],
  );
  if (!rows[0]!.free) throw new Undo("launching");
  const { rowCount } = await client.query(
    `/* replace known candidates */
     WITH known AS (
       SELECT d.id, d.phone_number FROM candidates d
       WHERE d.campaign_id = $1 AND d.deleted_at IS NULL AND d.phone_number IN (SELECT phone_number FROM staged)
       ORDER BY d.phone_number FOR NO KEY UPDATE
     ), kept AS (
       ${LAST}
     )
     UPDATE candidates d SET name = kept.name, external_id = kept.external_id, dynamic_variables = kept.dynamic_variables
     FROM known JOIN kept USING (phone_number)
     WHERE d.id = known.id AND d.deleted_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM retell_calls c WHERE c.candidate_id = d.id AND c.call_status IN ('pending', 'in_progress'))`,
    [campaignId],
  );
  return rowCount ?? 0;
}

/** How many of the candidates created by this import are on the do-not-call list. */
async function countListed(client: pg.PoolClient, campaignId: string): Promise<number> {
  const { rows } = await client.query<{ listed: number }>(
    `SELECT count(*)::int AS listed FROM do_not_call n
     JOIN staged s ON s.phone_number = n.phone_number
     JOIN candidates d ON d.campaign_id = $1 AND d.phone_number = s.phone_number AND d.ordinal = s.ordinal`,
    [campaignId],
  );
  return rows[0]!.listed;
}
