import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { doOnce, type Once, type Run } from "./idempotency.ts";

/** Rows gathered into one write of a COPY. */
const ROWS_PER_WRITE = 500;

/** A row of a COPY in its text format; null is NULL. */
export type CopiedRow = readonly (string | null)[];

/**
 * Runs `work` in one transaction on a connection of the bulk pool, once if `once` says so: Prisma has no COPY. Whatever
 * it throws, nothing is kept. `lastly` goes with the COMMIT in one message, so that a lock it takes never waits for this process.
 */
export async function bulkTransaction<Result>(
  bulk: pg.Pool,
  once: Once<Result> | null,
  work: (client: pg.PoolClient) => Promise<Result>,
  lastly = "",
): Promise<Result> {
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
    const result = await doOnce(once, run, () => work(client));
    await client.query(`${lastly}COMMIT`);
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failed: Error) => {
      broken = failed;
    });
    throw error;
  } finally {
    client.removeListener("error", onError);
    client.release(broken);
  }
}

/** Streams rows into `target`, a table with its columns. Returns how many came. */
export async function copyInto(
  client: pg.PoolClient,
  target: string,
  rows: AsyncIterable<CopiedRow> | Iterable<CopiedRow>,
): Promise<number> {
  const copy = client.query(copyFrom(`COPY ${target} FROM STDIN`));
  await pipeline(Readable.from(lines(rows)), copy);
  return copy.rowCount;
}

/** COPY's text format (postgresql.org/docs/current/sql-copy.html). PostgreSQL's text holds no NUL. */
async function* lines(rows: AsyncIterable<CopiedRow> | Iterable<CopiedRow>): AsyncGenerator<string> {
  let gathered: string[] = [];
  for await (const row of rows) {
    gathered.push(`${row.map(field).join("\t")}\n`);
    if (gathered.length === ROWS_PER_WRITE) {
      yield gathered.join("");
      gathered = [];
    }
  }
  yield gathered.join("");
}

const SPECIAL = /[\\\n\r\t\0]/;
const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "" };
function field(value: string | null): string {
  if (value === null) return "\\N";
  return SPECIAL.test(value) ? value.replace(/[\\\n\r\t\0]/g, (special) => ESCAPES[special]!) : value;
}
