import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { doOnce, type Once, type Run } from "./idempotency.ts";

/** A row of a COPY in its text format; null is NULL. */
export type CopiedRow = readonly (string | null)[];

/**
 * Runs `work` in one transaction on a connection of the bulk pool, because Prisma has no COPY; with `once` only once. If
 * it throws, nothing is stored. `lastly` is sent with the COMMIT in one message, so that its lock never waits for this process.
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

/** Rows as they arrive, in groups of some hundred: singly, each row would cost a turn of the event loop. */
export type Groups<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;

/** Streams the rows of `groups`, converted by `toRow`, into `target`, a table with its columns. Returns their number. */
export async function copyInto<Row>(
  client: pg.PoolClient,
  target: string,
  groups: Groups<Row>,
  toRow: (row: Row) => CopiedRow,
): Promise<number> {
  const copy = client.query(copyFrom(`COPY ${target} FROM STDIN`));
  await pipeline(Readable.from(lines(groups, toRow)), copy);
  return copy.rowCount;
}

/** COPY's text format (postgresql.org/docs/current/sql-copy.html). PostgreSQL's text holds no NUL. */
async function* lines<Row>(groups: Groups<Row>, toRow: (row: Row) => CopiedRow): AsyncGenerator<string> {
  for await (const group of groups) {
    const text = group.map((row) => `${toRow(row).map(field).join("\t")}\n`).join("");
    if (text !== "") yield text;
  }
}

const SPECIAL = /[\\\n\r\t\0]/;
const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "" };
function field(value: string | null): string {
  if (value === null) return "\\N";
  return SPECIAL.test(value) ? value.replace(/[\\\n\r\t\0]/g, (special) => ESCAPES[special]!) : value;
}
