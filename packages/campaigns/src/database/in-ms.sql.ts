import { Prisma } from "./generated/client.js";

/** The time `ms` milliseconds after now, by PostgreSQL's clock_timestamp(); before now if negative. */
export const inMs = (ms: number): Prisma.Sql =>
  Prisma.sql`clock_timestamp() + make_interval(secs => ${ms}::float8 / 1000)`;

/**
 * The time `ms` milliseconds before the statement's transaction began: bounds a column by an index, which a function that
 * is evaluated anew for each row, such as clock_timestamp(), does not.
 */
export const msAgo = (ms: number): Prisma.Sql => Prisma.sql`now() - make_interval(secs => ${ms}::float8 / 1000)`;
