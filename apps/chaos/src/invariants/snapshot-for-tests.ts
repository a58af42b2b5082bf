import type { CreateEntry, PhoneCall } from "@ringfence/simulator";
import type { BatchRow, CallRow, Snapshot } from "../trial/snapshot.ts";
import type { ReceivedReceipt } from "../trial/trial-state.ts";

/** A row whose call was completed. */
export const callRow = (id: string, over: Partial<CallRow> = {}): CallRow => ({
  id,
  batch_id: "batch",
  candidate_id: `candidate of ${id}`,
  call_status: "completed",
  placed: "yes",
  retell_call_id: `call of ${id}`,
  error_message: null,
  disconnection_reason: "user_hangup",
  created_at: 1_000,
  claimed_at: 2_000,
  dialed_at: 2_010,
  cancelled_at: null,
  ...over,
});

/** A row that a stop cancelled. */
export const cancelledRow = (id: string, over: Partial<CallRow> = {}): CallRow =>
  callRow(id, {
    call_status: "failed",
    placed: "no",
    retell_call_id: null,
    error_message: "Batch cancelled by user",
    disconnection_reason: null,
    claimed_at: null,
    dialed_at: null,
    cancelled_at: 3_000,
    ...over,
  });

export const create = (callId: string, over: Partial<CreateEntry> = {}): CreateEntry => ({
  at: 2_005,
  call_id: callId,
  retell_call_id: `call of ${callId}`,
  accepted: true,
  status: 201,
  retryCount: 0,
  ...over,
});

export const phoneCall = (callId: string, over: Partial<PhoneCall> = {}): PhoneCall =>
  ({
    call_id: `call of ${callId}`,
    call_status: "ended",
    start_timestamp: 2_200,
    end_timestamp: 2_900,
    disconnection_reason: "user_hangup",
    ...over,
  }) as PhoneCall;

export const receipt = (over: Partial<ReceivedReceipt["receipt"]> = {}, receivedAt = 3_100): ReceivedReceipt => ({
  receivedAt,
  receipt: {
    campaign_id: "campaign",
    batch_id: "batch",
    cancelled_batches: ["batch"],
    mode: "drain",
    cancelled_now: 1,
    total_candidates: 2,
    pending_calls: 0,
    in_progress_calls: 0,
    completed_calls: 1,
    failed_calls: 1,
    cancelled_calls: 1,
    stopped_at: new Date(3_050),
    ...over,
  },
});

export const batchRow = (over: Partial<BatchRow> = {}): BatchRow => ({
  id: "batch",
  status: "cancelled",
  total_candidates: 2,
  completed_calls: 1,
  failed_calls: 1,
  cancelled_calls: 1,
  ...over,
});

/** A trial in which everything went as promised: one call completed, one cancelled by a stop. */
export function soundSnapshot(over: Partial<Omit<Snapshot, "simulator">> = {}, creates = [create("a")]): Snapshot {
  const dialsPerCall: Record<string, number> = {};
  for (const { call_id, accepted } of creates) if (accepted) dialsPerCall[call_id!] = (dialsPerCall[call_id!] ?? 0) + 1;
  return {
    calls: [callRow("a"), cancelledRow("b")],
    batches: [batchRow()],
    candidates: ["candidate of a", "candidate of b"],
    brokenBooks: [],
    jobs: { wait: 0, active: 0 },
    notAtRest: null,
    simulator: {
      creates,
      calls: creates.map(({ call_id }) => phoneCall(call_id!)),
      webhooks: [],
      dialsPerCall,
      refusedPerCall: {},
      createRequests: creates.length,
      dials: creates.length,
      refused: 0,
      maxDialsPerCall: 1,
      retriedCreates: 0,
      webhookAttempts: 0,
      currentConcurrency: 0,
      peakConcurrency: 1,
    },
    forgotten: [],
    dials: [{ at: 2_003, who: "worker 1", callId: "a", batchId: "batch" }],
    receipts: [receipt()],
    storedReceipts: (over.receipts ?? [receipt()]).map((each) => each.receipt),
    holds: [],
    freezes: [],
    lags: [],
    openDialMs: 500,
    lineChanges: [{ limit: 5, callsPerSecond: 0, from: 0, to: 0 }],
    samples: [],
    disturbances: [],
    answers: [],
    complaints: [],
    lost: [],
    finished: false,
    ...over,
  };
}
