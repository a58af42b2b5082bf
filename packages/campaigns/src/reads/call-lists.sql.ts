import { type CallSearch, type CallSort, type CallView, NUMBER_PATTERN, type ReasonCount } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";

/** The filters and the order of a list of a batch's calls. `masked`: for readers who see numbers masked. */
export interface CallsAsked {
  status?: string | undefined;
  reason?: string | undefined;
  search?: CallSearch | undefined;
  sort: CallSort;
  masked: boolean;
}

/** The position of a call in a sorted list: its sort key (times in microseconds since 1970) and its turn. */
export interface CallPlace {
  /** Ignored when sorted by turn or name: a call's turn and name never change, so the turn identifies both. */
  key: bigint | null;
  turn: bigint;
}

/** A call with its position. */
export type PlacedCall = CallView & CallPlace;

/** A call without the position, which only lists need. */
export const withoutPlace = ({ turn: _, key: __, ...call }: CallView & Partial<CallPlace>): CallView => call;

/** Most groups of reasons: Retell's messages may name a number, and each is then a group of its own. */
const MOST_REASONS = 100;

/** Why a call ended. */
const REASON = Prisma.sql`coalesce(c.disconnection_reason, c.error_message)`;
/** A text with its numbers masked as by `maskPhoneNumbers`, so that such a reader can neither find nor distinguish hidden digits. */
const masked = (text: Prisma.Sql) =>
  Prisma.sql`regexp_replace(${text}, ${NUMBER_PATTERN}, '\\1•••••\\2\\3\\4\\5', 'g')`;
const seen = (text: Prisma.Sql, asMasked: boolean) => (asMasked ? masked(text) : text);
const ENDED = Prisma.sql`c.call_status IN ('completed', 'failed')`;

const micros = (time: Prisma.Sql) => Prisma.sql`(extract(epoch FROM ${time}) * 1000000)::bigint`;
const KEYS = {
  claimed_at: micros(Prisma.sql`c.claimed_at`),
  ended_at: micros(Prisma.sql`c.ended_at`),
  duration_ms: Prisma.sql`c.duration_ms::bigint`,
};
const nameSeen = (asMasked: boolean) => seen(Prisma.sql`lower(nullif(c.name, ''))`, asMasked);

const isDescending = (sort: CallSort) => sort.startsWith("-");
const keyOf = (sort: CallSort): Prisma.Sql => {
  const column = sort.replace("-", "");
  return column in KEYS ? KEYS[column as keyof typeof KEYS] : Prisma.sql`NULL::bigint`;
};

/**
 * The sort columns of a list, all in one direction, so that a position is one row comparison. The first column sorts
 * missing values last in either direction.
 */
function columns(sort: CallSort, asMasked: boolean): Prisma.Sql[] {
  const column = sort.replace("-", "");
  if (column === "turn") return [Prisma.sql`c.turn`];
  const [key, nothing] = column === "name" ? [nameSeen(asMasked), Prisma.sql`''`] : [keyOf(sort), Prisma.sql`0`];
  const missing = isDescending(sort) ? Prisma.sql`${key} IS NOT NULL` : Prisma.sql`${key} IS NULL`;
  return [Prisma.sql`(${missing})`, Prisma.sql`coalesce(${key}, ${nothing})`, Prisma.sql`c.turn`];
}

/** The condition for rows beyond a position. */
function beyond(batchId: string, { sort, masked: asMasked }: CallsAsked, { key, turn }: CallPlace): Prisma.Sql {
  const column = sort.replace("-", "");
  const than = isDescending(sort) ? Prisma.sql`<` : Prisma.sql`>`;
  if (column === "turn") return Prisma.sql`c.turn ${than} ${turn}`;
  const row = Prisma.join(columns(sort, asMasked));
  if (column === "name") {
    // The name is looked up, not carried in the cursor, which would show a viewer the numbers in a name.
    return Prisma.sql`(${row}) ${than} (SELECT ${row} FROM call_view c
      WHERE c.batch_id = ${batchId}::uuid AND c.turn = ${turn})`;
  }
  const missing = isDescending(sort) ? key !== null : key === null;
  return Prisma.sql`(${row}) ${than} (${missing}, ${key ?? 0n}::bigint, ${turn}::bigint)`;
}

/** A LIKE pattern that finds the text anywhere in another text. */
export const literally = (text: string) => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

function found({ name, digits }: CallSearch, asMasked: boolean): Prisma.Sql {
  const number = asMasked ? Prisma.sql`right(c.phone_number, 4)` : Prisma.sql`c.phone_number`;
  return Prisma.join(
    [
      Prisma.sql`false`,
      ...(name === null ? [] : [Prisma.sql`${seen(Prisma.sql`c.name`, asMasked)} ILIKE ${literally(name)}`]),
      ...(digits === null ? [] : [Prisma.sql`${number} LIKE ${literally(digits)}`]),
    ],
    " OR ",
  );
}

/** Calls, filtered and sorted, and the reasons why they ended. */
export const callListQueries = (db: PrismaClient) => ({
  /** Calls of a batch beyond a position, each with its own position. */
  calls: (batchId: string, asked: CallsAsked, after: CallPlace | null, limit: number): Promise<PlacedCall[]> => {
    const { status, reason, search, sort } = asked;
    const where = [Prisma.sql`c.batch_id = ${batchId}::uuid`];
    if (status) where.push(Prisma.sql`c.call_status = ${status}::call_status`);
    if (reason !== undefined) where.push(Prisma.sql`${ENDED} AND ${seen(REASON, asked.masked)} = ${reason}`);
    if (search) where.push(Prisma.sql`(${found(search, asked.masked)})`);
    if (after) where.push(beyond(batchId, asked, after));
    const direction = isDescending(sort) ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    const order = columns(sort, asked.masked).map((column) => Prisma.sql`${column} ${direction}`);
    return callViews(db, Prisma.join(where, " AND "), Prisma.join(order), limit, keyOf(sort));
  },

  call: async (id: string): Promise<CallView | null> => {
    const [row] = await callViews(db, Prisma.sql`c.id = ${id}::uuid`, Prisma.sql`c.turn`, 1);
    return row ? withoutPlace(row) : null;
  },

  /** The calls with these ids, in no guaranteed order. */
  callsByIds: (ids: readonly string[]): Promise<PlacedCall[]> =>
    callViews(db, Prisma.sql`c.id = ANY (${[...ids]}::uuid[])`, Prisma.sql`c.turn`, ids.length),

  /** Why the calls of a batch or campaign ended, most frequent first, at most 100 reasons. `asMasked` merges reasons that differ only in hidden digits. */
  reasons: (
    of: { batchId: string } | { campaignId: string },
    asMasked: boolean,
  ): Promise<ReasonCount[]> => db.$queryRaw`
    SELECT c.call_status, ${seen(REASON, asMasked)} AS reason, count(*)::int AS calls
    FROM retell_calls c
    WHERE ${"batchId" in of ? Prisma.sql`c.batch_id = ${of.batchId}::uuid` : ofCampaign(of.campaignId)}
      AND ${ENDED}
    GROUP BY 1, 2 ORDER BY calls DESC, c.call_status, reason LIMIT ${MOST_REASONS}`,
});

/** The calls `c` of a campaign, by the index of its batches' calls: the array is read before the calls are. */
export const ofCampaign = (campaignId: string) =>
  Prisma.sql`c.batch_id = ANY (ARRAY(SELECT id FROM retell_batch_calls WHERE campaign_id = ${campaignId}::uuid))`;

/** Calls `c` as the contract shows them. */
export const callViews = (
  db: PrismaClient,
  where: Prisma.Sql,
  order: Prisma.Sql,
  limit: number,
  key = Prisma.sql`NULL::bigint`,
) => db.$queryRaw<PlacedCall[]>`
  SELECT c.*, ${key} AS key FROM call_view c WHERE ${where} ORDER BY ${order} LIMIT ${limit}`;
