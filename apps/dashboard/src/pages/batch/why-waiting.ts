import { toldToPeople } from "@ringfence/domain";
import type { Batch, Lines } from "../../api/types.ts";
import { count, counted } from "../../parts/format.ts";

/** Why no call is started although some are pending. */
export interface Waiting {
  kind: "held" | "full";
  title: string;
  detail: string;
}

/** The reason of a hold in words, with what to do about it where the reason does not say. */
export function heldInWords(reason: string): string {
  const { text, remedy } = toldToPeople(reason);
  return [text, remedy].flatMap((sentence) => (sentence ? [`${sentence}.`] : [])).join(" ");
}

/** Says why pending calls are not dialled now; null if they are, or if none is pending. */
export function whyWaiting(
  batch: Pick<Batch, "status" | "pending_calls" | "in_progress_calls">,
  lines: Lines,
): Waiting | null {
  if (batch.status !== "in_progress" || batch.pending_calls === 0) return null;
  if (lines.held) return { kind: "held", title: "Dialling is held", detail: heldInWords(lines.held.reason) };
  if (lines.in_use < lines.limit) return null;
  const elsewhere = lines.in_use - batch.in_progress_calls;
  const others = elsewhere > 0 ? `, ${count(elsewhere)} by other batches` : "";
  const all = lines.limit === 1 ? "The only line is" : `All ${counted(lines.limit, "line")} are`;
  return { kind: "full", title: `${all} in use${others}`, detail: "The next call starts when one ends." };
}
