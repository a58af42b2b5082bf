import { backToQueue, done, handedBack, type Processor } from "@ringfence/domain";
import type { Endings } from "@ringfence/queue";
import { type RecoveryDeps, recoverCall } from "../calls/recover-call.ts";
import { isUnavailable } from "../database/errors.ts";
import { enqueueResumed } from "../holds/enqueue-resumed.ts";
import type { Claimer } from "./claimer.ts";
import { type DialDeps, dialCall } from "./dial-call.ts";
import { insist } from "./insist.ts";
import { ageMs } from "./instant.ts";

export interface RunDeps extends DialDeps, RecoveryDeps {
  claimer: Claimer;
  endings: Endings;
  /** Called for each granted claim. */
  claimed?: () => void;
}

/**
 * Carries one call from the queue to its end. Safe to run again at any point: only the run that wins the claim may
 * dial. If `signal` aborts while the run waits, it hands the call back if it is in progress, and otherwise returns it to
 * its place in the queue; a dial under way is completed first.
 */
export const runCall =
  (deps: RunDeps): Processor<"call.run"> =>
  async ({ callId }, { signal }) => {
    let inProgress = false;
    try {
      const { claim, sentAt, ownUnanswered, started } = await deps.claimer.claimOf(callId, signal);
      inProgress = true;
      switch (claim.kind) {
        case "given back":
          return backToQueue("too many wait");
        case "gone":
        case "braked":
          return done(claim.kind);
        case "held":
          return done(claim.kind, () => enqueueResumed(deps)([callId]));
        case "settled":
          return done(claim.status);
        case "live":
          break;
        case "interrupted":
          if (ownUnanswered) {
            // The claim was granted, but its answer was lost on the way to the only run that could have used it.
            await insist(async () => {
              await deps.db.lines.probeAgainSoon(callId);
              await deps.db.calls.release({ callId, claimNo: claim.claimNo });
            });
            return backToQueue("its claim was not answered");
          }
          if ((await recoverCall(deps, { callId, ...claim }, signal)) === "ended") return done("recovered");
          break;
        case "yours": {
          deps.claimed?.();
          const next = await dialCall(deps, claim.call, sentAt, started).finally(started);
          if (typeof next === "object") {
            // Its line is free again.
            await deps.queue.announceLines().catch(() => deps.claimer.note("lines"));
            return next;
          }
          const age = { callId, claimNo: claim.call.claimNo, claimAgeMs: ageMs(sentAt) };
          if (next === "find out" && (await recoverCall(deps, age, signal)) === "ended") return done("recovered");
          break;
        }
      }
      await deps.endings.of(callId, signal);
      return done("ended");
    } catch (error) {
      if (signal.aborted) return inProgress ? handedBack() : backToQueue("the worker ends");
      if (isUnavailable(error)) return backToQueue("PostgreSQL is away");
      throw error;
    }
  };
