import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { reads } from "../../api/queries.ts";
import type { Batch } from "../../api/types.ts";
import { counted } from "../../parts/format.ts";

/** Announces big changes of a batch to screen readers: stopped, over, held. Ticking figures are not announced. */
export function Announcer({ batch, batchHeld }: { batch: Batch; batchHeld: boolean }) {
  const { data: lines } = useQuery(reads.lines());
  const held = (lines?.held != null || batchHeld) && batch.pending_calls > 0;
  const state = batch.completed_at ? "over" : batch.status === "cancelled" ? "stopped" : held ? "held" : "going";
  const before = useRef(state);
  const [said, say] = useState("");
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    say(
      {
        over: "All calls of the batch have ended.",
        stopped: `The batch is stopped. Still active: ${counted(batch.in_progress_calls, "call")}.`,
        held: batchHeld ? "The batch is held: its pending calls wait." : "No call is dialled: dialling is on hold.",
        going: "Calls are dialled again.",
      }[state],
    );
  }, [state, batch.in_progress_calls, batchHeld]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {said}
    </VisuallyHidden>
  );
}
