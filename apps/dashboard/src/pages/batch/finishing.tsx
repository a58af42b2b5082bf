import { Group, Text } from "@mantine/core";
import type { Page } from "@ringfence/domain";
import { IconPhone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import type { Batch, Call } from "../../api/types.ts";
import { count, duration } from "../../parts/format.ts";
import { useNow } from "../../parts/use-now.ts";

/** After a stop, until the figures are final: how many calls go on, and how long the oldest has. */
export function Finishing({ batch }: { batch: Batch }) {
  const now = useNow(1_000);
  // Which call is the oldest changes only when one ends.
  const { data: oldest } = useQuery({
    queryKey: ["oldest-call", batch.id, batch.in_progress_calls],
    enabled: batch.in_progress_calls > 0,
    queryFn: async () =>
      (await ask<Page<Call>>("GET", `/v1/batches/${batch.id}/calls?status=in_progress&sort=claimed_at&limit=1`))
        .items[0] ?? null,
  });
  if (batch.in_progress_calls === 0) return null;
  const age = oldest?.claimed_at ? `, oldest ${duration(now - Date.parse(oldest.claimed_at))}` : "";
  return (
    <Group gap="xs" wrap="nowrap">
      <IconPhone size={18} aria-hidden className="rf-live-dot" />
      <Text fw={600}>{`finishing: ${count(batch.in_progress_calls)} active${age}`}</Text>
    </Group>
  );
}
