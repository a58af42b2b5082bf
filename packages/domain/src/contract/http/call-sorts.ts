/** Sort orders of a batch's calls; `-` = descending. Calls without the value come last. */
export const CALL_SORTS = [
  "turn",
  "-turn",
  "name",
  "-name",
  "claimed_at",
  "-claimed_at",
  "ended_at",
  "-ended_at",
  "duration_ms",
  "-duration_ms",
] as const;
export type CallSort = (typeof CALL_SORTS)[number];
