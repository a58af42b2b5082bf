import type { QueryState } from "@tanstack/react-query";

/**
 * Whether figures that were counted so many ms ago may be older than the page's own answer, the one it has or the one
 * under way: such figures must not take the place of what was asked for after a stop.
 */
export const mayBeOlder = (
  { dataUpdatedAt, fetchStatus }: Pick<QueryState, "dataUpdatedAt" | "fetchStatus">,
  ageMs: number,
  now: number,
): boolean => fetchStatus === "fetching" || dataUpdatedAt > now - ageMs;
