import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { PrismaClient, PrismaTransaction } from "./client.ts";
import { doOnce, type Once, type Run } from "./idempotency.ts";

/** A row of a COPY in its text format; null is NULL. */
export type CopiedRow = readonly (string | null)[];

/** Longest transaction, in ms: a launch of a million rows takes some 30 s, a replay of a million deliveries some 50 s. */
const LONGEST_MS = 600_000;
/** Longest wait for a connection of the bulk pool, in ms. */
const MAX_WAIT_MS = 10_000;

/**
 * A connection keeps the plans of its foreign keys' checks. One made while a table was small reads it whole for each row:
 * 23 s for a launch of 20,000 behind one of 20, and four times as long for twice as many (measured). Every transaction of
 * the bulk pool begins by this.
 */
const FRESH_PLANS = "DISCARD PLANS";

/** Runs `work` in one transaction on a connection of the bulk pool. */
export const longTransaction = <Result>(
  bulk: PrismaClient,
  work: (tx: PrismaTransaction) => Promise<Result>,
): Promise<Result> =>
  bulk.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(FRESH_PLANS);
      return await work(tx);
    },
    { maxWait: MAX_WAIT_MS, timeout: LONGEST_MS },
  );

/**
 * The same without Prisma, because Prisma has no COPY; with `once` only once. If
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
    await client.query(`BEGIN; ${FRESH_PLANS}`);
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
