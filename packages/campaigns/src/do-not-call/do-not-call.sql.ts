import { type CallSearch, type DoNotCallView, notFound, ON_DO_NOT_CALL_LIST, type Times } from "@ringfence/domain";
import type pg from "pg";
import type { Imported } from "../candidates/imports.sql.ts";
import { bulkTransaction, copyInto, type Groups } from "../database/bulk.ts";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { doOnce, type Once, runIn } from "../database/idempotency.ts";
import type { After, NewestFirst } from "../database/paging.ts";
import { FENCE } from "../dispatch/fence.sql.ts";
import { openDial } from "../dispatch/open-dial.sql.ts";
import { literally } from "../reads/call-lists.sql.ts";

/** The list of numbers that are never dialled. Every claim checks it (dispatch/claims.sql.ts). */
export const doNotCallQueries = (db: PrismaClient, bulk: pg.Pool, times: Times) => ({
  /**
   * Adds numbers (E.164) in one transaction. From its commit on no claim of these numbers is granted, however early it
   * began; a call claimed before is an open dial. If `groups` throws, nothing is stored.
   */
  add: (groups: Groups<string>, by: string, rejected: () => number, once: Once<Imported> | null): Promise<Imported> =>
    bulkTransaction(
      bulk,
      once,
      async (client) => {
        await client.query("CREATE TEMPORARY TABLE staged (phone_number text) ON COMMIT DROP");
        const staged = await copyInto(client, "staged (phone_number)", groups, (number) => [number]);
        const { rowCount } = await client.query(
          `INSERT INTO do_not_call (phone_number, created_by) SELECT DISTINCT phone_number, $1 FROM staged ORDER BY phone_number
           ON CONFLICT (phone_number) DO NOTHING`,
          [by],
        );
        const created = rowCount ?? 0;
        if (created > 0) {
          await client.query("INSERT INTO audit (actor, action, detail) VALUES ($1, 'do_not_call.add', $2)", [
            by,
            { created, duplicates: staged - created, rejected_count: rejected() },
          ]);
        }
        return { created, updated: 0, listed: 0, staged };
      },
      // Claims that asked earlier are over by the commit, later ones ask behind it.
      `${FENCE}; `,
    ),

  /** Whether a dial of a listed number may still be sent or answered: it was claimed before the listing, and recently. */
  hasOpenDials: async (): Promise<boolean> => {
    const [row] = await db.$queryRaw<{ open: boolean }[]>`
      SELECT EXISTS (
        SELECT 1 FROM retell_calls c
        WHERE ${openDial("c", times)}
          AND EXISTS (SELECT 1 FROM do_not_call n WHERE n.phone_number = c.phone_number)
      ) AS open`;
    return row!.open;
  },

  /** Entries, newest first. `masked`: for readers who see four digits of a number and can search only by these. */
  list: (
    asked: { search?: CallSearch | undefined; masked: boolean },
    after: After<NewestFirst>,
    limit: number,
  ): Promise<DoNotCallView[]> => {
    const where = [Prisma.sql`true`];
    const { search, masked } = asked;
    const seen = masked ? Prisma.sql`right(phone_number, 4)` : Prisma.sql`phone_number`;
    if (search) {
      where.push(search.digits === null ? Prisma.sql`false` : Prisma.sql`${seen} LIKE ${literally(search.digits)}`);
    }
    if (after) where.push(Prisma.sql`(created_at, id) < (${after.createdAt}, ${after.id}::uuid)`);
    return db.$queryRaw`
      SELECT id, phone_number, created_at, created_by FROM do_not_call
      WHERE ${Prisma.join(where, " AND ")} ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
  },

  /** Removes a number from the list and records who did. Throws `not_found`. */
  remove: (id: string, by: string, once: Once<null> | null): Promise<null> =>
    db.$transaction((tx) =>
      doOnce(once, runIn(tx), async () => {
        const rows = await tx.$queryRaw<{ id: string }[]>`
          /* remove from the do-not-call list */
          WITH gone AS (
            DELETE FROM do_not_call WHERE id = ${id}::uuid RETURNING id
          ), noted AS (
            INSERT INTO audit (actor, action, detail) SELECT ${by}, 'do_not_call.remove', jsonb_build_object('id', id) FROM gone
          )
          SELECT id FROM gone`;
        if (rows.length === 0) throw notFound("number");
        return null;
      }),
    ),
});

export type DoNotCallQueries = ReturnType<typeof doNotCallQueries>;

/** Their calls that the list stopped are over for a launch, until the number is off the list. `d` is the candidate. */
export const stoppedByTheList = (campaignId: Prisma.Sql) => Prisma.sql`
  SELECT c.candidate_id FROM retell_calls c
  JOIN do_not_call n ON n.phone_number = c.phone_number
  JOIN candidates d ON d.id = c.candidate_id AND d.phone_number = c.phone_number
  WHERE c.campaign_id = ${campaignId} AND c.call_status = 'failed' AND c.error_message = ${Prisma.raw(`'${ON_DO_NOT_CALL_LIST}'`)}`;
