import { createHash } from "node:crypto";
import type { Pool, QueryResultRow } from "pg";
import type { Prisma } from "./generated/client.js";

/** The names of the statements that were run; as many as there are statements in the code. */
const names = new Map<string, string>();
/** Characters of the SHA-256 of its text that tell a statement from another version of it; PostgreSQL keeps 63 of a name. */
const HASH_LENGTH = 20;

/** The comment with which a statement begins, and a part of its hash: so it is known on the wire and in pg_prepared_statements. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) {
    const [comment = ""] = /\/\* .+? \*\//.exec(text) ?? [];
    name = `${comment} ${createHash("sha256").update(text).digest("hex").slice(0, HASH_LENGTH)}`;
    names.set(text, name);
  }
  return name;
}

/**
 * Runs a statement on the way of every call, as a prepared one: PostgreSQL plans it once a session, which costs more than
 * its execution, and Prisma's own part is spared. Its text must not depend on the values. Numbers come as numbers, bigint
 * as text, times as Dates.
 */
export const run = async <Row extends QueryResultRow>(pg: Pool, { text, values }: Prisma.Sql): Promise<Row[]> =>
  (await pg.query<Row>({ name: nameOf(text), text, values: [...values] })).rows;
