import { RingfenceError } from "@ringfence/client";
import type { StopMode } from "@ringfence/domain";
import { api } from "../../api/client.ts";
import { isAway } from "../../api/errors.ts";
import { queryClient, reads } from "../../api/queries.ts";
import type { Batch, Receipt } from "../../api/types.ts";

/** What is stopped: a batch, or all of a campaign. */
export interface StopTarget {
  of: "batch" | "campaign";
  id: string;
}

/**
 * A stop from the press of the button to its answer. `asking`: sent, `attempt` counts from 1, `away` once an attempt
 * got no answer, `braked` once the API has said that nobody else will be dialled. `stopped`: the receipt; `remaining`: how many a launch would call, null if not known.
 * `refused`: the API refused. `given-up`: it is unknown whether an attempt got through.
 */
export type StopState =
  | { kind: "asking"; mode: StopMode; attempt: number; away: boolean; braked: boolean; since: number }
  | { kind: "stopped"; receipt: Receipt; remaining: number | null }
  | { kind: "refused"; mode: StopMode; error: RingfenceError }
  | { kind: "given-up"; mode: StopMode };

/** Delay between two attempts, in ms. */
const TRY_AGAIN_AFTER_MS = 2_000;

const states = new Map<string, StopState>();
const running = new Map<string, AbortController>();
const listeners = new Set<() => void>();
const keyOf = ({ of, id }: StopTarget): string => `${of} ${id}`;

function set(target: StopTarget, state: StopState | null): void {
  if (state) states.set(keyOf(target), state);
  else states.delete(keyOf(target));
  for (const listener of listeners) listener();
}

/** The stops of this tab. They live outside of pages: leaving a page neither ends a stop nor loses its answer. */
export const stops = {
  of: (target: StopTarget): StopState | null => states.get(keyOf(target)) ?? null,

  listen: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  /** Sends a stop, and retries until there is an answer. One at a time; only `hangup` replaces a `drain` under way. */
  start: (target: StopTarget, mode: StopMode): void => {
    const now = stops.of(target);
    if (now?.kind === "asking" && (now.mode === mode || mode === "drain")) return;
    running.get(keyOf(target))?.abort();
    const control = new AbortController();
    running.set(keyOf(target), control);
    void carryOut(target, mode, control.signal);
  },

  /** Ends the retries. */
  giveUp: (target: StopTarget): void => {
    const now = stops.of(target);
    if (now?.kind !== "asking") return;
    running.get(keyOf(target))?.abort();
    set(target, { kind: "given-up", mode: now.mode });
  },

  /** Dismisses an answer. */
  dismiss: (target: StopTarget): void => {
    if (stops.of(target)?.kind !== "asking") set(target, null);
  },
};

async function carryOut(target: StopTarget, mode: StopMode, signal: AbortSignal): Promise<void> {
  const order = { params: { path: { id: target.id } }, body: { mode }, signal };
  const since = Date.now();
  let braked = false;
  for (let attempt = 1; !signal.aborted; attempt++) {
    set(target, { kind: "asking", mode, attempt, away: attempt > 1, braked, since });
    try {
      const receipt = await (target.of === "batch"
        ? api.POST("/v1/batches/{id}/cancel", order)
        : api.POST("/v1/campaigns/{id}/stop", order));
      if (!signal.aborted) await settle(target, receipt);
      return;
    } catch (error) {
      if (signal.aborted) return;
      // An answer that is not from the API counts as no answer.
      if (error instanceof RingfenceError && !isAway(error)) {
        set(target, { kind: "refused", mode, error });
        void queryClient.invalidateQueries();
        return;
      }
      braked ||= error instanceof RingfenceError && error.braked === true;
      set(target, { kind: "asking", mode, attempt, away: true, braked, since });
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER_MS));
    }
  }
}

/** Shows the receipt immediately, and reloads everything that the stop changed. */
async function settle(target: StopTarget, receipt: Receipt): Promise<void> {
  if (target.of === "batch") {
    const { pending_calls, in_progress_calls, completed_calls, failed_calls, cancelled_calls, stopped_at } = receipt;
    queryClient.setQueryData<Batch>(
      reads.batch(target.id).queryKey,
      (old) =>
        old && {
          ...old,
          status: "cancelled",
          cancelled_at: old.cancelled_at ?? stopped_at,
          ...{ pending_calls, in_progress_calls, completed_calls, failed_calls, cancelled_calls },
        },
    );
  }
  set(target, { kind: "stopped", receipt, remaining: null });
  void queryClient.invalidateQueries();
  const campaign = await api
    .GET("/v1/campaigns/{id}", { params: { path: { id: receipt.campaign_id } } })
    .catch(() => null);
  const now = stops.of(target);
  if (campaign && now?.kind === "stopped" && now.receipt === receipt) {
    set(target, { ...now, remaining: campaign.undialed_candidates });
  }
}

/** Leaving the page would end an unconfirmed stop. */
window.addEventListener("beforeunload", (event) => {
  if ([...states.values()].some(({ kind }) => kind === "asking")) event.preventDefault();
});
