import { notFound, type WaitingView, whenDone, whyWaits } from "@ringfence/domain";
import type { QueueHealth } from "@ringfence/queue";
import type { Database } from "../database/database.ts";

/** How long an answer is kept for others who ask, in ms. */
const KEPT_MS = 1_000;

/** Why the pending calls of a batch are not dialled now, and when the last will have ended. Answers are kept for a second. Throws `not_found`. */
export function viewWaiting({ db, queueHealth }: { db: Pick<Database, "waits">; queueHealth: QueueHealth }) {
  const kept = new Map<string, Promise<WaitingView>>();

  const look = async (batchId: string): Promise<WaitingView> => {
    const away = queueHealth.isAway();
    const from = performance.now();
    const known = await db.waits.waiting(batchId);
    const answerMs = performance.now() - from;
    if (!known) throw notFound("batch");
    const facts = { ...known, queueAway: await away, answerMs };
    const reasons = whyWaits(facts);
    const { next, finish } = whenDone(facts, reasons);
    return {
      pending_calls: facts.pending,
      in_progress_calls: facts.ownInUse,
      reasons,
      next_dial_at: next,
      finish_at: finish,
    };
  };

  return (batchId: string): Promise<WaitingView> => {
    const before = kept.get(batchId);
    if (before !== undefined) return before;
    const answer = look(batchId);
    kept.set(batchId, answer);
    setTimeout(() => kept.delete(batchId), KEPT_MS).unref();
    return answer;
  };
}
