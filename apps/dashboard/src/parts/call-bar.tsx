import { Progress } from "@mantine/core";
import type { CallCounts } from "@ringfence/domain";
import { CALL_COLORS } from "../theme.ts";
import { count } from "./format.ts";

/** The parts of a batch or campaign, which add up to all its calls; cancelled calls are counted apart from failed calls. */
export function segmentsOf(counts: CallCounts) {
  return [
    { kind: "completed", label: "completed", calls: counts.completed_calls },
    { kind: "failed", label: "failed", calls: counts.failed_calls - counts.cancelled_calls },
    { kind: "cancelled", label: "cancelled", calls: counts.cancelled_calls },
    { kind: "in_progress", label: "in progress", calls: counts.in_progress_calls },
    { kind: "pending", label: "pending", calls: counts.pending_calls },
  ] as const;
}

/** All calls as one bar in segments, with the same figures as text for screen readers. */
export function CallBar({ counts, size, label }: { counts: CallCounts; size: number | string; label: string }) {
  const segments = segmentsOf(counts);
  const total = segments.reduce((sum, { calls }) => sum + calls, 0);
  const said = segments.map(({ label, calls }) => `${count(calls)} ${label}`).join(", ");
  return (
    <Progress.Root size={size} role="img" aria-label={`${label}: ${said}`}>
      {segments
        .filter(({ calls }) => calls > 0)
        .map(({ kind, calls }) => (
          <Progress.Section
            key={kind}
            data-kind={kind}
            value={(calls / total) * 100}
            color={CALL_COLORS[kind]}
            withAria={false}
          />
        ))}
    </Progress.Root>
  );
}
