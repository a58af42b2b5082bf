import type { CallCounts } from "@ringfence/domain";

/** The figures that `--once` collected: the receipt of its stop, the batch when its last call had ended, and the simulator's dials by call id. */
export interface Seen {
  receipt: CallCounts & { cancelled_now: number };
  batch: CallCounts & { status: string; total_candidates: number };
  dialsPerCall: Record<string, number>;
}

/** The expected figures of five lines and thirty candidates when the batch is cancelled with every line in use. */
const EXPECTED = {
  receipt: { cancelled_now: 25, in_progress_calls: 5, pending_calls: 0 },
  batch: {
    status: "cancelled",
    total_candidates: 30,
    completed_calls: 5,
    failed_calls: 25,
    cancelled_calls: 25,
    in_progress_calls: 0,
    pending_calls: 0,
  },
  dials: 5,
};

/** Every figure of the demo that differs from the expected one, in words; an empty list means that all are right. */
export function findDifferences({ receipt, batch, dialsPerCall }: Seen): string[] {
  const compare = (what: string, seen: object, expected: object) =>
    Object.entries(expected)
      .map(([name, value]) => ({ name, value, got: (seen as Record<string, unknown>)[name] }))
      .filter(({ value, got }) => got !== value)
      .map(({ name, value, got }) => `${what}: ${name} is ${got}, expected ${value}`);
  const dials = Object.values(dialsPerCall);
  const twice = Object.entries(dialsPerCall).filter(([, count]) => count !== 1);
  return [
    ...compare("receipt", receipt, EXPECTED.receipt),
    ...compare("batch", batch, EXPECTED.batch),
    ...(dials.length === EXPECTED.dials ? [] : [`ledger: ${dials.length} calls dialled, expected ${EXPECTED.dials}`]),
    ...twice.map(([callId, count]) => `ledger: call ${callId} was dialled ${count} times, expected once`),
  ];
}
