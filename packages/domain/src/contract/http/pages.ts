import { z } from "zod";
import { empty } from "./fields.ts";

/** Query of every list: `limit` 1-1000 (default 50), `cursor` from the previous page. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(500).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A page of a list, as the schema of its answer. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().meta({ description: "`cursor` of the next page; null on the last one" }),
  });

/** A page of a list. `next_cursor` is null on the last page. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** A request without fields. */
export const NoFields = empty(z.strictObject({}));

/** A value as sent over HTTP, where times are texts. */
export type Json<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Json<Value[Key]> }
    : Value;

/** A list that is not divided into pages. */
export const listOfAll = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
