import { z } from "zod";
import type { CallRecord, Calls } from "../calls/calls.ts";
import type { Account } from "../options.ts";
import { type Answer, refuse } from "./answers.ts";
import { FilterCriteria, matcher, pinnedIds } from "./filters.ts";
import { type Look, toListItem } from "./views.ts";

const ListRequest = z
  .object({
    filter_criteria: FilterCriteria.optional(),
    limit: z.int().min(1).max(1_000).default(50),
    skip: z.int().min(0).optional(),
    pagination_key: z.string().optional(),
    sort_order: z.enum(["ascending", "descending"]).default("descending"),
    include_total: z.boolean().default(false),
  })
  .refine(({ skip, pagination_key }) => skip === undefined || pagination_key === undefined);

/** What list-calls looks at. */
export interface Listing {
  calls: Calls;
  account: Account;
  look: Look;
  now: number;
}

/** Calls that may match, by creation. Pinned ids are looked up; everything else is a scan. */
function candidates(calls: Calls, criteria: FilterCriteria): readonly CallRecord[] {
  const { ids, ourIds } = pinnedIds(criteria);
  if (!ids && !ourIds) return calls.all;
  const found = ids ? ids.map((id) => calls.get(id)) : (ourIds ?? []).flatMap((id) => calls.byOurId(id));
  return [...new Set(found)].filter((call) => call !== undefined).sort((a, b) => a.seq - b.seq);
}

/** Answers POST /v3/list-calls. Sorted by creation, which unlike `start_timestamp` does not change between two pages. */
export function listCalls(body: unknown, { calls, account, look, now }: Listing): Answer {
  const parsed = ListRequest.safeParse(body);
  if (!parsed.success) return refuse(400);
  const { filter_criteria = {}, limit, skip = 0, pagination_key, sort_order, include_total } = parsed.data;
  const cursor = pagination_key === undefined ? undefined : calls.get(pagination_key);
  if (pagination_key !== undefined && !cursor) return refuse(400);

  const matches = matcher(filter_criteria, account);
  const shown = (call: CallRecord) => !call.forgotten && now - call.createdAt >= account.listLagMs && matches(call);
  const ascending = sort_order === "ascending";
  const beyond = (call: CallRecord) => !cursor || (ascending ? call.seq > cursor.seq : call.seq < cursor.seq);

  const pool = candidates(calls, filter_criteria);
  const page: CallRecord[] = [];
  let total = 0;
  let skipped = 0;
  for (let i = 0; i < pool.length; i++) {
    const call = pool[ascending ? i : pool.length - 1 - i];
    if (!call || !shown(call)) continue;
    total += 1;
    if (!beyond(call)) continue;
    if (skipped < skip) skipped += 1;
    else if (page.length <= limit) page.push(call);
    if (page.length > limit && !include_total) break;
  }
  const hasMore = page.length > limit;
  const items = page.slice(0, limit);
  const last = items.at(-1);
  return {
    status: 200,
    body: {
      items: items.map((call) => toListItem(call, look)),
      has_more: hasMore,
      ...(hasMore && last && { pagination_key: last.id }),
      ...(include_total && { total }),
    },
  };
}
