import type { Times } from "@ringfence/domain";
import { Prisma } from "../database/generated/client.js";

/**
 * Whether a row was claimed so recently that its create-call request may still be sent or answered, by
 * clock_timestamp(): a statement that waited for a lock must not use the time at which it began.
 */
export const claimedLately = (call: string, { openDialMs }: Pick<Times, "openDialMs">): Prisma.Sql =>
  Prisma.sql`${Prisma.raw(call)}.claimed_at > clock_timestamp() - make_interval(secs => ${openDialMs}::float8 / 1000)`;

/**
 * An open dial: a call whose create-call request may still be sent or answered. This is its only definition. Stops and the
 * do-not-call list wait until there is no open dial, claims count open dials, and an open dial delays receipts.
 */
export const openDial = (call: string, times: Pick<Times, "openDialMs">): Prisma.Sql =>
  Prisma.sql`(${Prisma.raw(`${call}.call_status = 'in_progress' AND ${call}.dialed_at IS NULL`)} AND ${claimedLately(call, times)})`;
