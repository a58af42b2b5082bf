import { CALL_SORTS, CANCELLED_BY_USER, type CallSort } from "@ringfence/domain";

/** Kinds of calls that can be chosen; the API counts cancelled calls as failed. */
export const CALL_KINDS = ["pending", "in_progress", "completed", "failed", "cancelled"] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** Which calls are shown, in which order. */
export interface CallFilters {
  kind: CallKind | null;
  reason: string | null;
  search: string;
  sort: CallSort;
}

const oneOf = <Word extends string>(words: readonly Word[], word: string | null): Word | null =>
  words.find((each) => each === word) ?? null;

/** Reads the filters from the page's address; invalid values are left out. */
export const readFilters = (address: URLSearchParams): CallFilters => ({
  kind: oneOf(CALL_KINDS, address.get("status")),
  reason: address.get("reason") || null,
  search: address.get("search")?.trim() ?? "",
  sort: oneOf(CALL_SORTS, address.get("sort")) ?? "turn",
});

/** The page's address with these filters; defaults are omitted, and other parameters stay. */
export function writeFilters(address: URLSearchParams, change: Partial<CallFilters>): URLSearchParams {
  const { kind, reason, search, sort } = { ...readFilters(address), ...change };
  const next = new URLSearchParams(address);
  const values = { status: kind, reason, search: search.trim(), sort: sort === "turn" ? null : sort };
  for (const [name, value] of Object.entries(values)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

/** The filters as the query of GET /v1/batches/{id}/calls. A cancelled call is a failed call that only its reason identifies. */
export function toQuery({ kind, reason, search, sort }: CallFilters) {
  const why = kind === "cancelled" ? CANCELLED_BY_USER : reason;
  return {
    ...(kind && { status: kind === "cancelled" ? "failed" : kind }),
    ...(why && { reason: why }),
    ...(search && { search }),
    ...(sort !== "turn" && { sort }),
  };
}

/** Whether the filters may leave calls out. */
export const isFiltered = ({ kind, reason, search }: CallFilters): boolean =>
  kind !== null || reason !== null || search !== "";

/** The order after a press on a column header: ascending, descending, then calling order. */
export function nextSort(now: CallSort, column: "name" | "claimed_at" | "ended_at" | "duration_ms"): CallSort {
  if (now === column) return `-${column}`;
  return now === `-${column}` ? "turn" : column;
}
