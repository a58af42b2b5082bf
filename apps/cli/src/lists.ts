import { pipeline } from "node:stream/promises";
import type { Context } from "./context.ts";

/** Most items of one page. */
const PAGE = 1_000;

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** The first `most` items of a list, as one page; `next_cursor` says whether there are more. */
export async function upTo<Item>(
  most: number,
  ask: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const found: Page<Item> = { items: [], next_cursor: null };
  do {
    const limit = Math.min(PAGE, most - found.items.length);
    const page = await ask({ limit, ...(found.next_cursor && { cursor: found.next_cursor }) });
    found.items.push(...page.items);
    found.next_cursor = page.next_cursor;
  } while (found.next_cursor !== null && found.items.length < most);
  return found;
}

/** Says on stderr that a list has more items. */
export function noteMore({ io, json }: Context, page: Page<unknown>, how: string): void {
  if (page.next_cursor !== null && !json) io.note(`The first ${page.items.length}; ${how}`);
}

/** Copies an export to stdout as it arrives, no faster than stdout is read. */
export const copyOut = ({ io }: Context, bytes: ReadableStream<Uint8Array>): Promise<void> =>
  pipeline(bytes as unknown as AsyncIterable<Uint8Array>, io.stdout, { end: false });
