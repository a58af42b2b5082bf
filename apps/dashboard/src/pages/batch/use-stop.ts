import type { StopMode } from "@ringfence/domain";
import { useSyncExternalStore } from "react";
import { type StopState, type StopTarget, stops } from "./stop-store.ts";

/** A stop of a batch or of a campaign: its state, and functions to start, end and dismiss it. */
export function useStop(of: StopTarget["of"], id: string) {
  const target: StopTarget = { of, id };
  const state: StopState | null = useSyncExternalStore(stops.listen, () => stops.of(target));
  return {
    state,
    /** A repeated press changes nothing. */
    stop: (mode: StopMode) => stops.start(target, mode),
    giveUp: () => stops.giveUp(target),
    dismiss: () => stops.dismiss(target),
  };
}

export type Stop = ReturnType<typeof useStop>;
