import { CALL_SORTS, CANCELLED_BY_USER, type CallSort } from "@ringfence/domain";

/** What a person chose to see of a batch's calls. `cancelled` is a choice of its own, though the API counts it as failed. */
export interface CallFilters {
  status: "pending" | "in_progress" | "completed" | "failed" | "cancelled" | null;
  reason: string | null;
  search: string;
  sort: CallSort;
}

const STATUSES = ["pending", "in_progress", "completed", "failed", "cancelled"] as const;

/** Reads the choice out of the page's address; what it does not know counts as not chosen. */
export function readFilters(address: URLSearchParams): CallFilters {
  const sort = address.get("sort");
  return {
    status: STATUSES.find((status) => status === address.get("status")) ?? null,
    reason: address.get("reason"),
    search: address.get("search") ?? "",
    sort: CALL_SORTS.find((each) => each === sort) ?? "turn",
  };
}

/** Writes the choice into the page's address, beside what else stands there. */
export function writeFilters(address: URLSearchParams, { status, reason, search, sort }: CallFilters): URLSearchParams {
  const next = new URLSearchParams(address);
  const put = (name: string, value: string | null) => (value ? next.set(name, value) : next.delete(name));
  put("status", status);
  put("reason", reason);
  put("search", search);
  put("sort", sort === "turn" ? null : sort);
  return next;
}

/** The choice as the API takes it. */
export function toQuery({ status, reason, search, sort }: CallFilters): URLSearchParams {
  const query = new URLSearchParams();
  const cancelled = status === "cancelled";
  if (status) query.set("status", cancelled ? "failed" : status);
  if (cancelled || reason) query.set("reason", cancelled ? CANCELLED_BY_USER : reason!);
  if (search.trim()) query.set("search", search.trim());
  if (sort !== "turn") query.set("sort", sort);
  return query;
}

/** The next order of a column's header: up, down, then as imported. */
export const nextSort = (column: string, sort: CallSort): CallSort => {
  const next = sort === column ? `-${column}` : sort === `-${column}` ? "turn" : column;
  return CALL_SORTS.find((each) => each === next) ?? "turn";
};

/** Whether anything hides calls. */
export const isFiltered = ({ status, reason, search }: CallFilters): boolean =>
  status !== null || reason !== null || search.trim() !== "";
