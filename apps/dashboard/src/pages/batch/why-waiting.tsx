import { Alert, Text } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import type { Batch, Lines } from "../../api/types.ts";
import { count } from "../../parts/format.ts";

/** Says what keeps pending calls from being dialled, if anything but their turn does. */
export function WhyWaiting({ batch, lines }: { batch: Batch; lines: Lines }) {
  if (batch.pending_calls === 0) return null;
  if (lines.held) {
    return (
      <Alert color="red" variant="light" icon={<IconHandStop />} title="All dialling is held">
        {lines.held.reason}
      </Alert>
    );
  }
  if (lines.in_use >= lines.limit && batch.in_progress_calls < lines.limit) {
    return (
      <Text size="sm" c="dimmed">
        All {count(lines.limit)} lines are in use, {count(lines.in_use - batch.in_progress_calls)} of them by other
        batches. Batches take turns.
      </Text>
    );
  }
  if (lines.in_use < lines.limit && lines.calls_per_second > 0) {
    return (
      <Text size="sm" c="dimmed">
        Lines are free; the pace of {lines.calls_per_second} dials a second fills them one by one.
      </Text>
    );
  }
  return null;
}
