import { CANCELLED_BY_USER } from "@ringfence/domain";
import type { ReasonCount } from "../../api/types.ts";

/** Why calls failed, the most frequent reason first: the first `most` by name, the rest as one sum. Cancelled calls did not fail. */
export function failuresOf(
  reasons: readonly ReasonCount[],
  most: number,
): { named: { reason: string; calls: number }[]; others: number } {
  const failed = reasons
    .filter(({ call_status, reason }) => call_status === "failed" && reason !== CANCELLED_BY_USER)
    .map(({ reason, calls }) => ({ reason: reason ?? "no reason given", calls }))
    .sort((a, b) => b.calls - a.calls);
  return { named: failed.slice(0, most), others: failed.slice(most).reduce((sum, { calls }) => sum + calls, 0) };
}
