/** BullMQ's lowest priority; 1 is served first, and 0 before all (docs.bullmq.io, "Prioritized"). */
export const LOWEST_PRIORITY = 2_097_151;
/** Priority of calls in progress: ahead of every waiting call. */
export const RESUMED_PRIORITY = 0;

/** The job priority of a row's turn. Turns beyond BullMQ's range are served first come, first served. */
export function priorityOf(turn: bigint, origin: bigint): number {
  const rank = turn - origin + 1n;
  if (rank < 1n) return 1;
  return rank > BigInt(LOWEST_PRIORITY) ? LOWEST_PRIORITY : Number(rank);
}
