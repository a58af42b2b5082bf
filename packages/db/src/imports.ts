import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { BY_ITSELF } from "./audit.ts";
import { doOnce, type Once, type Run } from "./idempotency.ts";

/** One candidate, its number already E.164. */
export interface CandidateRow {
  phoneNumber: string;
  name: string | null;
  externalId: string | null;
  dynamicVariables: Record<string, string>;
}

/** How many candidates were new, and how many rows came. */
export interface Imported {
  created: number;
  staged: number;
}

/** Rows gathered into one write of the COPY. */
const ROWS_PER_WRITE = 500;

/** Adding candidates, on the bulk pool's own connections: Prisma has no COPY. */
export const importQueries = (bulk: pg.Pool) => ({
  /**
   * Adds candidates in one transaction, streaming them into a temporary table and from there, ordered by the key
   * (two imports in opposite order would deadlock), into the campaign. Import order is the order of `rows`. A
   * number that the campaign has, or that came before, is a duplicate. If `rows` throws, nothing is kept.
   * Who imported is kept in the same transaction, if anybody is new; `rejected` is asked when `rows` has ended.
   */
  addCandidates: async (
    campaignId: string,
    rows: AsyncIterable<CandidateRow> | Iterable<CandidateRow>,
    by = BY_ITSELF,
    rejected = () => 0,
    once: Once<Imported> | null = null,
  ): Promise<Imported> => {
    const client = await bulk.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query("BEGIN");
      const run: Run = async <Row extends object>(text: string, values: unknown[]) =>
        (await client.query(text, values)).rows as Row[];
      const imported = await doOnce(once, run, async () => {
        await client.query(`CREATE TEMPORARY TABLE staged (
          ordinal bigint DEFAULT nextval('candidates_ordinal_seq'), phone_number text, name text, external_id text, dynamic_variables jsonb
        ) ON COMMIT DROP`);
        const copy = client.query(
          copyFrom("COPY staged (phone_number, name, external_id, dynamic_variables) FROM STDIN"),
        );
        await pipeline(Readable.from(lines(rows)), copy);
        const { rowCount } = await client.query(
          `INSERT INTO candidates (campaign_id, ordinal, phone_number, name, external_id, dynamic_variables)
           SELECT $1, ordinal, phone_number, name, external_id, dynamic_variables
           FROM (SELECT DISTINCT ON (phone_number) * FROM staged ORDER BY phone_number, ordinal) first
           ORDER BY phone_number
           ON CONFLICT (campaign_id, phone_number) DO NOTHING`,
          [campaignId],
        );
        const created = rowCount ?? 0;
        if (created > 0) {
          const detail = { created, duplicates: copy.rowCount - created, rejected_count: rejected() };
          await client.query(
            "INSERT INTO audit (actor, action, campaign_id, detail) VALUES ($1, 'candidates.import', $2, $3)",
            [by, campaignId, detail],
          );
        }
        return { created, staged: copy.rowCount };
      });
      await client.query("COMMIT");
      return imported;
    } catch (error) {
      await client.query("ROLLBACK").catch((failed: Error) => {
        broken = failed;
      });
      throw error;
    } finally {
      client.removeListener("error", onError);
      client.release(broken);
    }
  },
});

export type ImportQueries = ReturnType<typeof importQueries>;

/** COPY's text format (postgresql.org/docs/current/sql-copy.html). PostgreSQL's text holds no NUL. */
async function* lines(rows: AsyncIterable<CandidateRow> | Iterable<CandidateRow>): AsyncGenerator<string> {
  let gathered: string[] = [];
  for await (const row of rows) {
    gathered.push(
      `${[row.phoneNumber, row.name, row.externalId, JSON.stringify(row.dynamicVariables)].map(field).join("\t")}\n`,
    );
    if (gathered.length === ROWS_PER_WRITE) {
      yield gathered.join("");
      gathered = [];
    }
  }
  yield gathered.join("");
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "" };
const field = (value: string | null): string =>
  value === null ? "\\N" : value.replace(/[\\\n\r\t\0]/g, (special) => ESCAPES[special]!);
