import { z } from "zod";
import { MOST_TEXT } from "./longest-text.ts";

/**
 * The fields of requests and answers. The documentation is built from the same schemas; `meta({ id })` names a schema in
 * it. Times are `Date` here and ISO 8601 in UTC over HTTP.
 */
export const id = z.guid();
export const time = z.date();
export const count = z.int().min(0);
export const callStatus = z.enum(["pending", "in_progress", "completed", "failed"]);

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (value: string): boolean => !/[\0\p{Surrogate}]/u.test(value);

/** A text that can be stored. */
export const plain = z.string().refine(storable, "Must not hold NUL or broken characters");

/** A text of at most 200 characters that can be stored. */
export const short = plain.max(MOST_TEXT, `At most ${MOST_TEXT} characters`);

/** A text of 1 to 200 characters that can be stored. */
export const text = short.trim().min(1, "Must not be empty");

/** A request body that may be omitted. */
export const empty = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((body) => body ?? {}, schema);

/** A part of a text to search for. */
export const search = z
  .string()
  .trim()
  .min(1)
  .max(MOST_TEXT)
  .refine(storable, "Must not hold NUL or broken characters")
  .optional();

/** `csv` exports the whole list, as `Accept: text/csv` does. */
export const format = z.enum(["json", "csv"]).optional();
