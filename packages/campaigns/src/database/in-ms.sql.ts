import { Prisma } from "./generated/client.js";

/** The moment this many ms from now, by PostgreSQL's clock as it stands; negative: before now. */
export const inMs = (ms: number): Prisma.Sql =>
  Prisma.sql`clock_timestamp() + make_interval(secs => ${ms}::float8 / 1000)`;
