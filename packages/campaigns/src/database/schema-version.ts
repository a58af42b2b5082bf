import type { PrismaClient } from "./client.ts";

/** Name of the newest migration in prisma/migrations, which this version needs. A test compares the two. */
export const NEWEST_MIGRATION = "20261204000000_holds";

/** The state of the database's tables for this version; newer tables are `current` too. */
export type SchemaState = "missing" | "older" | "current";

/** Reads the state of the tables. Throws if PostgreSQL does not answer. */
export async function schemaState(db: PrismaClient): Promise<SchemaState> {
  const [table] = await db.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('lines') IS NOT NULL AND to_regclass('_prisma_migrations') IS NOT NULL AS there`;
  if (!table!.there) return "missing";
  const [row] = await db.$queryRaw<{ applied: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM _prisma_migrations
      WHERE migration_name = ${NEWEST_MIGRATION} AND finished_at IS NOT NULL AND rolled_back_at IS NULL) AS applied`;
  return row!.applied ? "current" : "older";
}
