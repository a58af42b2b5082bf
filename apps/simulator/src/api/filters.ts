import { z } from "zod";
import type { CallRecord } from "../calls/calls.ts";
import { shownMetadata } from "./views.ts";

const StringFilter = z.object({
  type: z.literal("string"),
  op: z.enum(["eq", "ne", "sw", "ew", "co"]),
  value: z.string(),
});
const NumberFilter = z.object({
  type: z.literal("number"),
  op: z.enum(["eq", "ne", "gt", "ge", "lt", "le"]),
  value: z.number(),
});
const RangeFilter = z.object({
  type: z.literal("range"),
  op: z.literal("bt"),
  value: z.tuple([z.number(), z.number()]),
});
const BooleanFilter = z.object({ type: z.literal("boolean"), op: z.literal("eq"), value: z.boolean() });
const EnumFilter = z.object({ type: z.literal("enum"), op: z.literal("in"), value: z.array(z.string()) });
const PresentFilter = z.object({ type: z.literal("present"), op: z.enum(["pr", "np"]) });
const key = { key: z.string() };
const Text = z.discriminatedUnion("type", [StringFilter, EnumFilter]);
const Time = z.discriminatedUnion("type", [NumberFilter, RangeFilter]);

/** The filters of list-calls that are simulated; any other is refused rather than silently ignored. */
export const FilterCriteria = z
  .strictObject({
    call_id: Text,
    call_status: EnumFilter.extend({ value: z.array(z.enum(["not_connected", "ongoing", "ended", "error"])) }),
    disconnection_reason: EnumFilter,
    from_number: StringFilter,
    to_number: StringFilter,
    start_timestamp: Time,
    end_timestamp: Time,
    metadata: z.array(
      z.discriminatedUnion("type", [
        StringFilter.extend(key),
        NumberFilter.extend(key),
        RangeFilter.extend(key),
        BooleanFilter.extend(key),
        EnumFilter.extend(key),
        PresentFilter.extend(key),
      ]),
    ),
  })
  .partial();
/** See the schema of the same name. */
export type FilterCriteria = z.infer<typeof FilterCriteria>;

type Filter =
  | z.infer<typeof StringFilter>
  | z.infer<typeof NumberFilter>
  | z.infer<typeof RangeFilter>
  | z.infer<typeof BooleanFilter>
  | z.infer<typeof EnumFilter>
  | z.infer<typeof PresentFilter>;
type Test = (value: unknown) => boolean;

const TEXT: Record<z.infer<typeof StringFilter>["op"], (value: string, wanted: string) => boolean> = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  sw: (value, wanted) => value.startsWith(wanted),
  ew: (value, wanted) => value.endsWith(wanted),
  co: (value, wanted) => value.includes(wanted),
};
const NUMBER: Record<z.infer<typeof NumberFilter>["op"], (value: number, wanted: number) => boolean> = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  gt: (value, wanted) => value > wanted,
  ge: (value, wanted) => value >= wanted,
  lt: (value, wanted) => value < wanted,
  le: (value, wanted) => value <= wanted,
};

/** A value of another type than the filter's matches nothing. */
function testOf(filter: Filter): Test {
  switch (filter.type) {
    case "string":
      return (value) => typeof value === "string" && TEXT[filter.op](value, filter.value);
    case "number":
      return (value) => typeof value === "number" && NUMBER[filter.op](value, filter.value);
    case "range": {
      const [low, high] = filter.value;
      return (value) => typeof value === "number" && value >= low && value <= high;
    }
    case "boolean":
      return (value) => value === filter.value;
    case "enum": {
      const wanted = new Set(filter.value);
      return (value) => typeof value === "string" && wanted.has(value);
    }
    case "present":
      return (value) => (value !== undefined && value !== null) === (filter.op === "pr");
  }
}

/** How the service shows metadata just now. */
export interface MetadataLook {
  dropMetadataOnNotConnected: boolean;
}

/** One predicate out of all criteria; they are ANDed. */
export function matcher(criteria: FilterCriteria, look: MetadataLook): (call: CallRecord) => boolean {
  const tests: ((call: CallRecord) => boolean)[] = [];
  const on = (filter: Filter | undefined, value: (call: CallRecord) => unknown) => {
    if (!filter) return;
    const test = testOf(filter);
    tests.push((call) => test(value(call)));
  };
  on(criteria.call_id, (call) => call.id);
  on(criteria.call_status, (call) => call.status);
  on(criteria.disconnection_reason, (call) => call.reason);
  on(criteria.from_number, (call) => call.fromNumber);
  on(criteria.to_number, (call) => call.toNumber);
  on(criteria.start_timestamp, (call) => call.startedAt);
  on(criteria.end_timestamp, (call) => call.endedAt);
  for (const filter of criteria.metadata ?? []) on(filter, (call) => shownMetadata(call, look)?.[filter.key]);
  return (call) => tests.every((test) => test(call));
}

/** Values that a filter pins a text to, if it does: then nothing has to be scanned. */
function pinned(filter: Filter | undefined): readonly string[] | undefined {
  if (filter?.type === "enum") return filter.value;
  return filter?.type === "string" && filter.op === "eq" ? [filter.value] : undefined;
}

/** The Retell ids, or the caller's own ids, that the criteria are limited to. */
export function pinnedIds(criteria: FilterCriteria): { ids?: readonly string[]; ourIds?: readonly string[] } {
  const ids = pinned(criteria.call_id);
  if (ids) return { ids };
  const ourIds = criteria.metadata
    ?.filter((filter) => filter.key === "call_id")
    .map(pinned)
    .find((values) => values !== undefined);
  return ourIds ? { ourIds } : {};
}
