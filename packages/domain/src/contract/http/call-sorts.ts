/** Orders of the calls of a batch; `-` = descending. What a call has not got comes last. */
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
