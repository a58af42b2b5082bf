import type { CallPlace } from "@ringfence/campaigns";
import { type CallSort, type Page, Problem } from "@ringfence/domain";
import { z } from "zod";

/** Where a page ended, opaque to clients. */
const encode = (place: readonly unknown[]): string => Buffer.from(JSON.stringify(place)).toString("base64url");

function decode<Schema extends z.ZodType>(cursor: string | undefined, schema: Schema): z.infer<Schema> | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
  } catch {
    throw new Problem("invalid_request", "Correct and send again: cursor", [
      { path: "cursor", message: "Is not a next_cursor of this list; leave it out to begin anew" },
    ]);
  }
}

const bigint = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt);

/** What calls are sorted by; a duration is the one that Retell reports. */
const key = z
  .string()
  .regex(/^-?\d{1,18}$/)
  .transform(BigInt);

/** No row is older than 1970, and PostgreSQL's calendar does not reach as far back as JavaScript's. */
const date = z.iso
  .datetime()
  .transform((text) => new Date(text))
  .refine((time) => time.getTime() >= 0);

/** A kind of list: how its cursor is read and how the place of its last row is written. */
export interface CursorKind<Place, Row> {
  read(cursor: string | undefined): Place | null;
  write(row: Row): string;
}

export const newestFirst: CursorKind<{ createdAt: Date; id: string }, { created_at: Date; id: string }> = {
  read: (cursor) => {
    const place = decode(cursor, z.tuple([date, z.guid()]));
    return place && { createdAt: place[0], id: place[1] };
  },
  write: (row) => encode([row.created_at.toISOString(), row.id]),
};

/** What the audit holds, newest first. */
export const byTime: CursorKind<{ createdAt: Date; id: string }, { at: Date; id: string }> = {
  read: newestFirst.read,
  write: ({ at, id }) => newestFirst.write({ created_at: at, id }),
};

/** Calls in an order: the cursor names the order, so that a cursor of another order is refused; in the default order it holds the turn only. */
export const bySort = (sort: CallSort): CursorKind<CallPlace, CallPlace> => {
  if (sort === "turn") {
    return {
      read: (cursor) => {
        const place = decode(cursor, z.tuple([bigint]));
        return place && { key: null, turn: place[0] };
      },
      write: ({ turn }) => encode([String(turn)]),
    };
  }
  return {
    read: (cursor) => {
      const place = decode(cursor, z.tuple([z.literal(sort), key.nullable(), bigint]));
      return place && { key: place[1], turn: place[2] };
    },
    write: (row) => encode([sort, row.key === null ? null : String(row.key), String(row.turn)]),
  };
};

export const byOrdinal: CursorKind<{ ordinal: bigint; id: string }, { ordinal: bigint; id: string }> = {
  read: (cursor) => {
    const place = decode(cursor, z.tuple([bigint, z.guid()]));
    return place && { ordinal: place[0], id: place[1] };
  },
  write: (row) => encode([String(row.ordinal), row.id]),
};

/** Reads one page; it reads one extra row to know whether there is a next page. `view` maps a row to what is shown; without it the whole row is shown. */
export async function page<Place, Placed, Row extends Placed, Item = Row>(
  query: { limit: number; cursor?: string | undefined },
  kind: CursorKind<Place, Placed>,
  rows: (after: Place | null, limit: number) => Promise<Row[]>,
  view: (row: Row) => Item = (row) => row as unknown as Item,
): Promise<Page<Item>> {
  const found = await rows(kind.read(query.cursor), query.limit + 1);
  const shown = found.slice(0, query.limit);
  return { items: shown.map(view), next_cursor: found.length > query.limit ? kind.write(shown.at(-1)!) : null };
}

/** A list that is always one page. */
export const wholeList = <Item>(items: Item[]): Page<Item> => ({ items, next_cursor: null });
