import type { CallSort, CallView, ReasonCount } from "@ringfence/domain";
import type { PrismaClient } from "./client.ts";
import { Prisma } from "./generated/client.js";

/** Groups that a count of reasons names at most: messages of Retell's may differ from number to number. */
const MOST_REASONS = 100;
/** Digits of a number that a viewer sees at its end, and may search for. */
const SHOWN_DIGITS = 4;

/** Which calls of a batch, in which order. */
export interface CallList {
  batchId: string;
  status?: string | undefined;
  reason?: string | undefined;
  search?: string | undefined;
  /** The numbers are masked for whoever asks: what they do not see they do not find either. */
  masked: boolean;
  sort: CallSort;
}

/** Where a page ended: the row's turn, and in another order than that of turns its sort key, as text. */
export interface CallPlace {
  key: string | null;
  turn: bigint;
}

/** A call with its place in the list. */
export type PlacedCall = CallView & { turn: bigint; key: string | null };

/** Why a call ended. */
const REASON = Prisma.sql`coalesce(c.disconnection_reason, c.error_message)`;

/** A sort key that is never null, so that rows can be compared: what is missing comes last in either direction. */
interface SortKey {
  column: Prisma.Sql;
  last: { up: Prisma.Sql; down: Prisma.Sql };
  type: Prisma.Sql;
}
/** Numbers go as bigint: times in microseconds, so that a cursor is read by its digits alone. */
const numeric = (column: Prisma.Sql): SortKey => ({
  column,
  last: { up: Prisma.sql`900000000000000000`, down: Prisma.sql`-1` },
  type: Prisma.sql`bigint`,
});
const time = (column: Prisma.Sql): SortKey => numeric(Prisma.sql`(extract(epoch FROM ${column}) * 1000000)::bigint`);
const KEYS: Record<string, SortKey> = {
  name: {
    column: Prisma.sql`lower(d.name)`,
    last: { up: Prisma.sql`chr(1114111)`, down: Prisma.sql`''` },
    type: Prisma.sql`text`,
  },
  claimed_at: time(Prisma.sql`c.claimed_at`),
  ended_at: time(Prisma.sql`c.ended_at`),
  duration_ms: numeric(Prisma.sql`c.duration_ms::bigint`),
};

const COLUMNS = Prisma.sql`
  c.id, c.batch_id, c.campaign_id, c.candidate_id, c.phone_number, d.name, c.call_status, c.placed, c.retell_call_id,
  c.error_message, c.disconnection_reason, c.created_at, c.claimed_at, c.dialed_at, c.started_at, c.ended_at, c.duration_ms,
  c.cancelled_at, c.recording_url, c.analysis, c.turn`;

/** Part of a name or a number. A search for more digits than a viewer sees would spell out the rest, one by one. */
function matches(search: string, masked: boolean): Prisma.Sql {
  const digits = search.replace(/[\s()+.-]/g, "");
  const isNumber = /^\d+$/.test(digits);
  if (masked && /\d{5,}/.test(search.replace(/[^\p{L}\p{N}]/gu, ""))) return Prisma.sql`false`;
  const name = Prisma.sql`d.name ILIKE ${`%${search.replace(/[\\%_]/g, "\\$&")}%`}`;
  if (!isNumber) return name;
  const number = masked ? Prisma.sql`right(c.phone_number, ${SHOWN_DIGITS}::int)` : Prisma.sql`c.phone_number`;
  return Prisma.sql`(${name} OR ${number} LIKE ${`%${digits}%`})`;
}

/** Pages of a batch's calls as people look at them, and why calls ended. */
export const callListQueries = (db: PrismaClient) => ({
  /** One page, each row with its place. By turn it goes along an index; in another order all of the batch is looked at. */
  calls: (list: CallList, after: CallPlace | null, limit: number): Promise<PlacedCall[]> => {
    const down = list.sort.startsWith("-");
    const by = KEYS[list.sort.replace("-", "")];
    const key = by && Prisma.sql`coalesce(${by.column}, ${down ? by.last.down : by.last.up})`;
    const direction = down ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    const beyond = down ? Prisma.sql`<` : Prisma.sql`>`;
    const conditions = [Prisma.sql`c.batch_id = ${list.batchId}::uuid`];
    if (list.status) conditions.push(Prisma.sql`c.call_status = ${list.status}::call_status`);
    if (list.reason) conditions.push(Prisma.sql`${REASON} = ${list.reason}`);
    if (list.search) conditions.push(matches(list.search, list.masked));
    if (after) {
      conditions.push(
        key
          ? Prisma.sql`(${key}, c.turn) ${beyond} (${after.key}::text::${by.type}, ${after.turn})`
          : Prisma.sql`c.turn ${beyond} ${after.turn}`,
      );
    }
    return db.$queryRaw<PlacedCall[]>`
      SELECT ${COLUMNS}, ${key ? Prisma.sql`(${key})::text` : Prisma.sql`NULL`} AS key
      FROM retell_calls c JOIN candidates d ON d.id = c.candidate_id
      WHERE ${Prisma.join(conditions, " AND ")}
      ORDER BY ${key ? Prisma.sql`${key} ${direction},` : Prisma.empty} c.turn ${direction} LIMIT ${limit}`;
  },

  /** One call, null if there is none. */
  call: async (id: string): Promise<CallView | null> => {
    const [row] = await db.$queryRaw<(CallView & { turn: bigint })[]>`
      SELECT ${COLUMNS} FROM retell_calls c JOIN candidates d ON d.id = c.candidate_id WHERE c.id = ${id}::uuid`;
    if (!row) return null;
    const { turn: _, ...call } = row;
    return call;
  },

  /** These calls, in no order. */
  byIds: (ids: readonly string[]): Promise<(CallView & { turn: bigint })[]> => db.$queryRaw`
    SELECT ${COLUMNS} FROM retell_calls c JOIN candidates d ON d.id = c.candidate_id WHERE c.id = ANY (${[...ids]}::uuid[])`,

  /** Why the calls of a batch or campaign ended, most first; the 100 most frequent ones. */
  reasons: (of: { batchId: string } | { campaignId: string }): Promise<ReasonCount[]> => db.$queryRaw`
    SELECT c.call_status, ${REASON} AS reason, count(*)::int AS calls FROM retell_calls c
    WHERE ${"batchId" in of ? Prisma.sql`c.batch_id = ${of.batchId}::uuid` : Prisma.sql`c.campaign_id = ${of.campaignId}::uuid`}
      AND c.call_status IN ('completed', 'failed')
    GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT ${MOST_REASONS}`,
});

export type CallListQueries = ReturnType<typeof callListQueries>;
