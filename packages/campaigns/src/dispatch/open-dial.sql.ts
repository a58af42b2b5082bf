import type { Times } from "@ringfence/domain";
import { Prisma } from "../database/generated/client.js";

/**
 * Whether a row was claimed so lately that its create-call request may still be sent or answered, by PostgreSQL's clock
 * at this moment: a statement that waited for a lock must not go by the time at which it began.
 */
export const claimedLately = (call: string, { openDialMs }: Pick<Times, "openDialMs">): Prisma.Sql =>
  Prisma.sql`${Prisma.raw(call)}.claimed_at > clock_timestamp() - make_interval(secs => ${openDialMs}::float8 / 1000)`;

/**
 * An open dial: a call whose create-call request may still be sent or answered. The only place that says so; stops and
 * the do-not-call list wait until there is none, claims count them, and receipts are held back while one is open.
 */
export const openDial = (call: string, times: Pick<Times, "openDialMs">): Prisma.Sql =>
  Prisma.sql`(${Prisma.raw(`${call}.call_status = 'in_progress' AND ${call}.dialed_at IS NULL`)} AND ${claimedLately(call, times)})`;
