import type { Batch, Lines } from "../../api/types.ts";
import { blockedInWords } from "../../parts/blocked-words.ts";
import { count, counted } from "../../parts/format.ts";

/** Why no call is started although some are pending: dialling is blocked, or the calls have to wait their turn. */
export interface Waiting {
  kind: "blocked" | "turn";
  title: string;
  detail: string;
}

/** Says why pending calls are not dialled now; null if they are, or if none is pending and nothing blocks dialling. */
export function whyWaiting(
  batch: Pick<Batch, "status" | "pending_calls" | "in_progress_calls">,
  lines: Lines,
): Waiting | null {
  if (batch.status !== "in_progress") return null;
  const blocked = blockedInWords(lines);
  if (blocked) return { kind: "blocked", title: blocked.title, detail: blocked.detail };
  if (batch.pending_calls === 0) return null;
  if (lines.blocked_by === "slowed") {
    return {
      kind: "turn",
      title: "Retell asks for slower dialling (429)",
      detail: "The next call starts after a pause of at most a minute.",
    };
  }
  if (lines.in_use < lines.limit) return null;
  const elsewhere = lines.in_use - batch.in_progress_calls;
  const others = elsewhere > 0 ? `, ${count(elsewhere)} by other batches` : "";
  const all = lines.limit === 1 ? "The only line is" : `All ${counted(lines.limit, "line")} are`;
  return { kind: "turn", title: `${all} in use${others}`, detail: "The next call starts when one ends." };
}
