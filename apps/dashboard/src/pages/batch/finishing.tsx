import { Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { Batch } from "../../api/types.ts";
import { count, duration } from "../../parts/format.ts";
import { useNow } from "../../parts/use-now.ts";

const TICK_MS = 1_000;

/** The calls still in progress in a stopped batch: "finishing: 5 active, oldest 1:42", ticking. */
export function Finishing({ batch }: { batch: Batch }) {
  const active = batch.in_progress_calls;
  const { data: oldest } = useQuery({
    queryKey: ["oldest-call", batch.id, active],
    queryFn: async () => {
      const query = { status: "in_progress", sort: "claimed_at", limit: 1 } as const;
      const { items } = await api.GET("/v1/batches/{id}/calls", { params: { path: { id: batch.id }, query } });
      return items[0] ?? null;
    },
    enabled: active > 0,
    placeholderData: keepPreviousData,
  });
  const now = useNow(TICK_MS);
  if (active === 0) return null;
  const age = oldest?.claimed_at ? `, oldest ${duration(now - Date.parse(oldest.claimed_at))}` : "";
  return (
    <Text size="sm" fw={600} role="timer">
      {`finishing: ${count(active)} active${age}`}
    </Text>
  );
}
