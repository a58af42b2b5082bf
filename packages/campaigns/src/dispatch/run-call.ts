import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { done, handedBack, LONGEST_WAIT_MS, later, type Processor } from "@ringfence/domain";
import type { Endings } from "@ringfence/queue";
import { type RecoveryDeps, recoverCall } from "../calls/recover-call.ts";
import { isUnavailable } from "../database/errors.ts";
import type { Claim } from "./claims.sql.ts";
import { ageMs, now as clockNow, type DialDeps, dialCall, type Instant } from "./dial-call.ts";
import { insist } from "./insist.ts";

export interface RunDeps extends DialDeps, RecoveryDeps {
  endings: Endings;
  /** Called for each granted claim. */
  claimed?: () => void;
}

/**
 * Carries one call from the queue to its end. Safe to run again at any point: only the run that wins the claim may
 * dial. If `signal` aborts while the run waits, it hands the call back; a dial under way is completed first.
 */
export const runCall = (deps: RunDeps): Processor<"call.run"> => {
  const claimCall = claimer(deps);
  return async ({ callId }, { signal }) => {
    if (signal.aborted) return later(0, "the worker ends");
    try {
      const { claim, sentAt, ownUnanswered } = await claimCall(callId, signal);
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
          if (ownUnanswered) {
            // The claim was granted, but its answer was lost on the way to the only run that could have used it.
            await insist(async () => {
              await deps.db.lines.probeAgainSoon(callId);
              await deps.db.calls.release({ callId, claimNo: claim.claimNo });
            });
            return later(0, "its claim was not answered");
          }
          if ((await recoverCall(deps, { callId, ...claim }, signal)) === "ended") return done("recovered");
          break;
        case "yours": {
          deps.claimed?.();
          const next = await dialCall(deps, claim.call, sentAt);
          if (typeof next === "object") return next;
          const age = { callId, claimNo: claim.call.claimNo, claimAgeMs: ageMs(sentAt) };
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
};

/**
 * Claims until PostgreSQL answers. A claim may be granted and its answer lost; each run claims under a random name of
 * its own, by which it recognizes such a claim (`ownUnanswered`). The name outlives the run as long as the lost claim
 * may, for the next run of the same call in this process. Two runs never have the same name at the same time.
 */
function claimer({ db, times }: Pick<RunDeps, "db" | "times">) {
  const unanswered = new Map<string, { name: string }>();
  return async (
    callId: string,
    signal: AbortSignal,
  ): Promise<{ claim: Claim; sentAt: Instant; ownUnanswered: boolean }> => {
    const name = unanswered.get(callId)?.name ?? randomUUID();
    unanswered.delete(callId);
    let lost = false;
    let granted = false;
    try {
      for (;;) {
        const sentAt = clockNow();
        try {
          const claim = await db.calls.claim(callId, name);
          granted = claim.kind === "yours";
          return { claim, sentAt, ownUnanswered: claim.kind === "interrupted" && claim.claimedBy === name };
        } catch (error) {
          if (!isUnavailable(error)) throw error;
          lost = true;
        }
        await sleep(LONGEST_WAIT_MS, undefined, { signal });
      }
    } finally {
      if (lost && !granted) {
        const kept = { name };
        unanswered.set(callId, kept);
        setTimeout(() => unanswered.get(callId) === kept && unanswered.delete(callId), times.claimLifeMs).unref();
      }
    }
  };
}
