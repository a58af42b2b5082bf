import { Prisma } from "./generated/client.js";

/** The time `ms` milliseconds after now, by PostgreSQL's clock_timestamp(); before now if negative. */
export const inMs = (ms: number): Prisma.Sql =>
  Prisma.sql`clock_timestamp() + make_interval(secs => ${ms}::float8 / 1000)`;
