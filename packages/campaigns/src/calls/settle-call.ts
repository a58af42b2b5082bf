import { callIdOf, isAccountReason, isOver, outcomeOf, type RetellCall } from "@ringfence/domain";
import type { Deps } from "../deps.ts";

/** The effect of Retell's report on a row. */
export type Settlement = "settled" | "goes on" | "nothing to change";

/**
 * Applies Retell's report on a call, from a webhook (`event`) or look-up: settles the row, or records that the call goes
 * on. Duplicate, late and disordered reports change nothing twice. A report that arrives before the dial's own answer
 * finds the row by our metadata. Notifies the waiting worker, which without Redis notices from the database.
 */
export const settleCall =
  ({ db, queue, log, count }: Deps) =>
  async (call: RetellCall, event?: string): Promise<Settlement> => {
    const callId = callIdOf(call);
    const retellCallId = call.call_id;
    const placedAfterAll = async () => {
      if (!callId || !(await db.evidence.placedAfterAll(retellCallId, callId))) return;
      log.error({ callId, retellCallId }, "Retell shows a call for a row that failed as never placed");
    };
    const reason = call.disconnection_reason || (event ? null : call.call_status);
    const over = isOver(call, event);
    if (!over || !reason) {
      const startedAt = dateOf(call.start_timestamp);
      const connected = !over && (event === "call_started" || call.call_status === "ongoing");
      if (await db.evidence.goesOn({ retellCallId, callId, startedAt, lookUp: over, connected }))
        return over ? "nothing to change" : "goes on";
      await placedAfterAll();
      return "nothing to change";
    }
    const recordingUrl = call.recording_url ?? null;
    const analysis = call.call_analysis ?? null;
    // Usually the call has ended by then, and the analysis is all that is new.
    const told = { retellCallId, recordingUrl, analysis };
    if (event === "call_analyzed" && (await db.evidence.analysed({ ...told, onlyAfterItsEnd: true })))
      return "nothing to change";
    const settled = await db.evidence.settle({
      retellCallId,
      callId,
      ...outcomeOf(reason),
      disconnectionReason: reason,
      startedAt: dateOf(call.start_timestamp),
      endedAt: dateOf(call.end_timestamp) ?? new Date(),
      durationMs: call.duration_ms ?? null,
      recordingUrl,
      analysis,
    });
    if (settled) {
      count("calls_settled", event ? "webhook" : "look-up");
      await queue.announceEnding(settled).catch(() => undefined);
      if (isAccountReason(reason)) log.error({ callId: settled, reason }, "the account may not call");
      return "settled";
    }
    const isTold = Boolean(analysis || recordingUrl);
    if (!(isTold && (await db.evidence.analysed({ ...told, onlyAfterItsEnd: false })))) await placedAfterAll();
    return "nothing to change";
  };

const dateOf = (ms: number | null | undefined): Date | null => (ms ? new Date(ms) : null);
