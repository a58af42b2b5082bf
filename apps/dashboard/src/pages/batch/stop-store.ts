import { useSyncExternalStore } from "react";
import { ApiError, ask } from "../../api/client.ts";
import { queryClient } from "../../api/queries.ts";
import type { Receipt } from "../../api/types.ts";

/** Before a stop that got no answer is sent again, in ms. It may be repeated: it stops what is left to stop. */
const AGAIN_AFTER_MS = 2_000;

/** How a stop stands. It is never forgotten by itself: an operator dismisses what came of it. */
export type StopState =
  | { kind: "idle" }
  /** `unanswered` = requests so far that nobody answered. */
  | { kind: "sending"; unanswered: number }
  | { kind: "receipt"; receipt: Receipt }
  | { kind: "refused"; code: ApiError["code"]; message: string }
  | { kind: "given_up" };

/** One batch or one campaign. */
export type StopTarget = { batchId: string } | { campaignId: string };

const IDLE: StopState = { kind: "idle" };
const states = new Map<string, StopState>();
const trying = new Map<string, AbortController>();
const listeners = new Set<() => void>();

const pathOf = (target: StopTarget): string =>
  "batchId" in target ? `/v1/batches/${target.batchId}/cancel` : `/v1/campaigns/${target.campaignId}/stop`;

function put(path: string, state: StopState): void {
  states.set(path, state);
  for (const listener of listeners) listener();
}

/** How the stop of a batch or campaign stands, on whatever page it was asked for. */
export function useStop(target: StopTarget): StopState {
  const path = pathOf(target);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => states.get(path) ?? IDLE,
  );
}

/** Sends a stop until it is answered or given up. While one is under way another press does nothing. */
export async function requestStop(target: StopTarget, mode: "drain" | "hangup"): Promise<void> {
  const path = pathOf(target);
  if (trying.has(path)) return;
  const giveUp = new AbortController();
  trying.set(path, giveUp);
  try {
    for (let unanswered = 0; ; unanswered++) {
      put(path, { kind: "sending", unanswered });
      try {
        put(path, {
          kind: "receipt",
          receipt: await ask<Receipt>("POST", path, { body: { mode }, signal: giveUp.signal }),
        });
        return;
      } catch (error) {
        if (giveUp.signal.aborted) return put(path, { kind: "given_up" });
        if (!(error instanceof ApiError)) throw error;
        if (!error.isAway) return put(path, { kind: "refused", code: error.code, message: error.message });
        put(path, { kind: "sending", unanswered: unanswered + 1 });
        await pause(AGAIN_AFTER_MS, giveUp.signal);
        if (giveUp.signal.aborted) return put(path, { kind: "given_up" });
      }
    }
  } finally {
    trying.delete(path);
    void queryClient.invalidateQueries();
  }
}

/** Ends the attempts of a stop that nobody answers. What was sent may have been done. */
export const stopTrying = (target: StopTarget): void => trying.get(pathOf(target))?.abort();

/** Takes away what came of a stop. */
export const dismissStop = (target: StopTarget): void => put(pathOf(target), IDLE);

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
