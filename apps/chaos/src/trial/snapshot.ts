import type { SimulatorState } from "@ringfence/simulator";
import { brokenBooks } from "@ringfence/testkit/books";
import type { Span } from "../clock.ts";
import type { Who } from "../plan/orders.ts";
import type { WireDial } from "../wire/wire-watch.ts";
import type { Answer } from "./api-client.ts";
import type { Disturbance } from "./disturbance.ts";
import type { HeldSpan, LineChange, LineSample, ReceivedReceipt, TrialState } from "./trial-state.ts";

/** A row of retell_calls; times in ms since 1970, with fractions. */
export interface CallRow {
  id: string;
  batch_id: string;
  candidate_id: string;
  call_status: "pending" | "in_progress" | "completed" | "failed";
  placed: "no" | "yes" | "unknown";
  retell_call_id: string | null;
  error_message: string | null;
  disconnection_reason: string | null;
  created_at: number;
  claimed_at: number | null;
  dialed_at: number | null;
  cancelled_at: number | null;
}

/** A row of retell_batch_calls. */
export interface BatchRow {
  id: string;
  status: string;
  total_candidates: number;
  completed_calls: number;
  failed_calls: number;
  cancelled_calls: number;
}

/** All that is known of a trial that is over. Plain values: the invariants are functions of it. */
export interface Snapshot {
  calls: CallRow[];
  batches: BatchRow[];
  /** Candidates of the trial's campaigns. */
  candidates: string[];
  brokenBooks: { broken: string; id: string }[];
  jobs: Record<string, number>;
  /** What was under way when the time for coming to rest was over. */
  notAtRest: string | null;
  simulator: SimulatorState;
  forgotten: string[];
  dials: WireDial[];
  receipts: ReceivedReceipt[];
  holds: HeldSpan[];
  /** The receipts that the database has. */
  storedReceipts: object[];
  freezes: { who: Who; span: Span }[];
  /** When the suite's own process did not look. */
  lags: Span[];
  /** Longest that a stop waits for a dial, in ms. */
  openDialMs: number;
  lineChanges: LineChange[];
  samples: LineSample[];
  disturbances: Disturbance[];
  answers: Answer[];
  complaints: string[];
  /** Processes that ended without our doing. */
  lost: string[];
  /** What remained was launched at the end, so that nobody may be left over. */
  finished: boolean;
}

const MS = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS ${column}`;

/** Takes down all that is known of a trial. */
export async function takeSnapshot(
  state: TrialState,
  more: { notAtRest: string | null; lags: Span[]; finished: boolean },
): Promise<Snapshot> {
  const { world, campaigns } = state;
  const ids = [campaigns.map(({ id }) => id)];
  const [calls, batches, candidates, stored, broken, jobs, simulator] = await Promise.all([
    world.sql<CallRow>(
      `SELECT id, batch_id, candidate_id, call_status, placed, retell_call_id, error_message, disconnection_reason,
         ${["created_at", "claimed_at", "dialed_at", "cancelled_at"].map(MS).join(", ")}
       FROM retell_calls WHERE campaign_id = ANY ($1::uuid[])`,
      ids,
    ),
    world.sql<BatchRow>(
      `SELECT id, status, total_candidates, completed_calls, failed_calls, cancelled_calls
       FROM retell_batch_calls WHERE campaign_id = ANY ($1::uuid[])`,
      ids,
    ),
    world.sql<{ id: string }>("SELECT id FROM candidates WHERE campaign_id = ANY ($1::uuid[])", ids),
    world.sql<{ detail: object }>("SELECT detail FROM audit WHERE action IN ('batch.cancel', 'campaign.stop')"),
    brokenBooks(world),
    world.jobs(),
    world.simulator.state(),
  ]);
  const slots = Object.entries(world.slots);
  return {
    calls,
    batches,
    candidates: candidates.map(({ id }) => id),
    brokenBooks: broken,
    jobs,
    simulator,
    forgotten: [...world.forgotten],
    dials: world.dials,
    receipts: state.receipts,
    holds: state.holds,
    storedReceipts: stored.map(({ detail }) => detail),
    freezes: slots.flatMap(([who, slot]) => slot.freezes.map((span) => ({ who: who as Who, span }))),
    openDialMs: state.times.openDialMs,
    lineChanges: state.lineChanges,
    samples: state.samples,
    disturbances: world.disturbances,
    answers: world.api.answers(),
    complaints: state.complaints,
    lost: slots.flatMap(([, slot]) => [...slot.lost]),
    ...more,
  };
}
