import { isUnavailable } from "@ringfence/db";
import { done, handedBack, LONGEST_WAIT_MS, later, type Processor } from "@ringfence/domain";
import type { Endings } from "@ringfence/queue";
import { ageMs, now as clockNow, type DialDeps, dialCall } from "./dial-call.ts";
import { type RecoveryDeps, recoverCall } from "./recover-call.ts";

export interface RunDeps extends DialDeps, RecoveryDeps {
  endings: Endings;
}

/**
 * Carries one call from the queue to its end. Safe to run again at any point: only the run that wins the claim may
 * dial. When `signal` aborts while it waits, it hands the call back; one that is just dialling is dialled to the end.
 */
export const runCall =
  (deps: RunDeps): Processor<"call.run"> =>
  async ({ callId }, { signal }) => {
    if (signal.aborted) return later(0, "the worker ends");
    try {
      const claimSentAt = clockNow();
      const claim = await deps.db.calls.claim(callId);
      switch (claim.kind) {
        case "gone":
        case "braked":
          return done(claim.kind);
        case "settled":
          return done(claim.status);
        case "refused":
          deps.count("claims_refused", claim.reason);
          return later(claim.retryAfterMs, claim.reason);
        case "live":
          break;
        case "interrupted":
          if ((await recoverCall(deps, { callId, ...claim }, signal)) === "ended") return done("recovered");
          break;
        case "yours": {
          const next = await dialCall(deps, claim.call, claimSentAt);
          if (typeof next === "object") return next;
          const age = { callId, claimNo: claim.call.claimNo, claimAgeMs: ageMs(claimSentAt) };
          if (next === "find out" && (await recoverCall(deps, age, signal)) === "ended") return done("recovered");
          break;
        }
      }
      await deps.endings.of(callId, signal);
      return done("ended");
    } catch (error) {
      if (signal.aborted) return handedBack();
      if (isUnavailable(error)) return later(LONGEST_WAIT_MS, "PostgreSQL is away");
      throw error;
    }
  };
