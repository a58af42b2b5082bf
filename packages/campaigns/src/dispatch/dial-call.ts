import { backToQueue, done, heldReason, type JobResult, type Times } from "@ringfence/domain";
import type { Dialer } from "@ringfence/retell";
import type { Deps } from "../deps.ts";
import type { ClaimedCall } from "./claims.sql.ts";
import { insist } from "./insist.ts";
import { ageMs, type Instant } from "./instant.ts";

export interface DialDeps extends Deps {
  dialer: Dialer;
  times: Times;
}

/**
 * Dials a claimed call, once, and records the outcome. `claimSentAt` is when the claim was sent, by this process's
 * clocks: a claim too old to dial is void, because a stop no longer waits for it. `started` is called when the request is
 * on its way. Returns the run's next step: wait for the call's end, recover the outcome, or end.
 */
export async function dialCall(
  { db, dialer, times, log, count }: DialDeps,
  call: ClaimedCall,
  claimSentAt: Instant,
  started: () => void = () => undefined,
): Promise<"wait" | "find out" | JobResult> {
  const release = async (reason: string): Promise<JobResult> => {
    if (call.probe) await insist(() => db.lines.probeAgainSoon(call.callId));
    const became = await insist(() => db.calls.release(call));
    // No row changed: another writer moved it, or the answer to an earlier try was lost. The next claim finds out.
    return became === "failed" ? done("cancelled") : backToQueue(reason);
  };

  if (ageMs(claimSentAt) > times.staleClaimMs) return await release("stale");
  const dial = dialer.dial(call);
  setImmediate(started);
  const answer = await dial;
  count("dials", answer.kind);
  switch (answer.kind) {
    case "placed":
      await insist(() => db.calls.recordPlaced(call, answer.retellCallId));
      return "wait";
    case "refused":
      await insist(() => db.calls.refuse(call, answer.message));
      await insist(() => db.lines.noteRefusal(call.callId, answer.status, answer.message));
      return done("refused");
    case "barred":
      // The hold is written first, so that the released row is not redialled immediately.
      if (await insist(() => db.lines.hold("barred", heldReason.barred(answer.status), call.callId)))
        log.error({ status: answer.status }, "dialling is held");
      return await release("barred");
    case "busy":
    case "not-sent": {
      await insist(() => db.lines.slowDown(call));
      log.warn({ callId: call.callId, answer }, "not placed; the pace slows");
      return await release(answer.kind);
    }
    case "unknown":
      log.warn({ callId: call.callId, why: answer.why }, "it is unknown whether this dial was placed");
      await insist(() => db.calls.recordUnknown(call));
      return "find out";
  }
}
