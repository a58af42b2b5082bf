import { setTimeout as sleep } from "node:timers/promises";
import type { RetellCall, Times } from "@ringfence/domain";
import type { Lookups } from "@ringfence/retell";
import type { Deps } from "../deps.ts";
import type { Settlement } from "./settle-call.ts";

export interface RecoveryDeps extends Deps {
  lookups: Lookups;
  settle: (call: RetellCall) => Promise<Settlement>;
  times: Times;
}

/**
 * Finds out the outcome of a dial whose answer was lost: looks the call up at Retell by our metadata, repeatedly, because
 * Retell's list may lag. Never dials. `ended`: the row is settled or given up; `live`: the call goes on. Rejects when `signal` aborts.
 */
export async function recoverCall(
  { db, lookups, settle, log, queue, count, times }: RecoveryDeps,
  claim: { callId: string; claimNo: number; claimAgeMs: number },
  signal: AbortSignal,
): Promise<"ended" | "live"> {
  const giveUpAt = performance.now() + times.outcomeUnknownAfterMs - claim.claimAgeMs;
  for (let look = 0; ; look++) {
    const row = await db.calls.look(claim.callId);
    if (row?.callStatus !== "in_progress" || row.claimNo !== claim.claimNo) return "ended";
    if (row.retellCallId) return "live";
    const found = await lookups.findByCallId(claim.callId).catch((error: unknown) => {
      log.warn({ err: error, callId: claim.callId }, "Retell did not answer the look-up; it is retried");
      return "no answer" as const;
    });
    const overdue = performance.now() - giveUpAt;
    const settlement = found && found !== "no answer" ? await settle(found) : "nothing to change";
    if (settlement === "settled") return "ended";
    if (settlement === "goes on") return "live";
    const tooLate = overdue >= (found === "no answer" ? times.longestCallMs : 0);
    if (tooLate && (await db.calls.giveUp(claim))) {
      log.error({ callId: claim.callId }, "outcome unknown, not redialled");
      count("calls_settled", "unknown");
      await queue.announceEnding(claim.callId).catch(() => undefined);
      return "ended";
    }
    const wait = times.lookUpWaitsMs[Math.min(look, times.lookUpWaitsMs.length - 1)]!;
    await sleep(overdue < 0 ? Math.min(wait, -overdue) + 1 : wait, undefined, { signal });
  }
}
