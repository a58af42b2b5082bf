import { z } from "zod";
import { count } from "./fields.ts";

/** Longest list of candidates in one JSON request. */
export const MOST_CANDIDATES = 10_000;

const TOO_MANY = `At most ${MOST_CANDIDATES} in one request; send more as text/csv`;

/** A list whose length is checked before its elements: otherwise each of millions of wrong elements would be a fault of its own. */
export const listOf = <Schema extends z.ZodType>(each: Schema, atLeast: string) =>
  z.preprocess(
    (value, context) => {
      if (!Array.isArray(value) || value.length <= MOST_CANDIDATES) return value;
      context.addIssue({ code: "custom", message: TOO_MANY });
      return z.NEVER;
    },
    z.array(each).min(1, atLeast).max(MOST_CANDIDATES, TOO_MANY),
  );

/** How many rejected rows an answer names. */
export const MOST_REJECTED = { byDefault: 1_000, ever: 100_000 };

export const defaultCountry = z
  .string()
  .regex(/^[A-Za-z]{2}$/, "Must be the two letters of a country (ISO 3166-1), such as DE")
  .optional()
  .meta({
    description: "The country of numbers without `+`, which must then be valid national numbers of it",
    example: "DE",
  });

const rejectedLimit = z.int().min(0).max(MOST_REJECTED.ever).optional();

const REJECTED_LIMIT = `How many rejected rows the answer names; ${MOST_REJECTED.byDefault} unless said`;

/** Query of POST /v1/do-not-call. */
export const SiftQuery = z.strictObject({
  default_country: defaultCountry,
  rejected_limit: z.coerce
    .number()
    .int()
    .min(0)
    .max(MOST_REJECTED.ever)
    .optional()
    .meta({ description: REJECTED_LIMIT }),
});
export type SiftQuery = z.infer<typeof SiftQuery>;

/** The options of `SiftQuery` as fields of a JSON body. */
export const siftFields = {
  default_country: defaultCountry,
  rejected_limit: rejectedLimit.meta({ description: REJECTED_LIMIT }),
};

/** A row that was not imported. */
export const RejectedRow = z.object({
  row: z.int().min(1).meta({ description: "1 is the first row after the header, or the first element" }),
  line: z.int().min(1).nullable().meta({ description: "Line of the body in which the row begins; null in JSON" }),
  phone_number: z.string(),
  reason: z.string(),
  values: z.unknown().optional().meta({
    description: "The row as it came: the fields of a CSV's row, else the element. Absent beyond 16 MB in all",
  }),
});
export type RejectedRow = z.infer<typeof RejectedRow>;

/** The result of an import of numbers. It names the first 1,000 rejected rows, or as many as requested. */
export const ImportReport = z
  .object({
    created: count,
    duplicates: count.meta({ description: "Numbers that are there, or came in an earlier row, already" }),
    rejected_count: count,
    rejected: z.array(RejectedRow).meta({ description: "The first 1,000, or `rejected_limit`" }),
    values_left_out: count.optional().meta({ description: "How many of them are named without `values`" }),
  })
  .meta({ id: "ImportReport" });
export type ImportReport = z.infer<typeof ImportReport>;
