import { CANCELLED_BY_USER } from "@ringfence/domain";
import type { ReasonCount } from "../../api/types.ts";

/**
 * Why calls failed, the most frequent reason first: the first `most` reasons by name, all other failed calls as one sum,
 * because the API names at most a hundred reasons. Cancelled calls did not fail.
 */
export function failuresOf(
  reasons: readonly ReasonCount[],
  most: number,
  failed: number,
): { named: { reason: string; calls: number }[]; others: number } {
  const named = reasons
    .filter(({ call_status, reason }) => call_status === "failed" && reason !== CANCELLED_BY_USER)
    .map(({ reason, calls }) => ({ reason: reason ?? "no reason given", calls }))
    .sort((a, b) => b.calls - a.calls)
    .slice(0, most);
  return { named, others: Math.max(0, failed - named.reduce((sum, { calls }) => sum + calls, 0)) };
}
