import type { QueryState } from "@tanstack/react-query";

/**
 * Whether figures whose count began this many ms ago may be older than the page's own answer, the one it has or the one
 * under way: such figures must not replace figures that were requested after a stop.
 */
export const mayBeOlder = (
  { dataUpdatedAt, fetchStatus }: Pick<QueryState, "dataUpdatedAt" | "fetchStatus">,
  ageMs: number,
  now: number,
): boolean => fetchStatus === "fetching" || dataUpdatedAt > now - ageMs;
