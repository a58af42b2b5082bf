import { Button, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconPlayerPause } from "@tabler/icons-react";
import type { Batch } from "../../api/types.ts";
import { useSession } from "../../session.ts";
import { RefreshButton } from "./refresh-button.tsx";
import { StopAlert } from "./stop-alert.tsx";
import { StopAll } from "./stop-all.tsx";
import { useStop } from "./use-stop.ts";

/** The three big buttons of a batch, and the result of a stop below them. Viewers get no buttons. */
export function Controls({ batch }: { batch: Batch }) {
  const { may } = useSession();
  const mayStop = may("operator");
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: mayStop ? 3 : 1 }} spacing="sm">
        {mayStop && <PauseBatch batch={batch} />}
        {mayStop && <StopAll campaignId={batch.campaign_id} size="lg" />}
        <RefreshButton batchId={batch.id} />
      </SimpleGrid>
      {!mayStop && (
        <Text size="sm" c="dimmed">
          You are signed in as a viewer: you see everything, but only operators and admins can stop calls.
        </Text>
      )}
      <StopAlert target={{ batchId: batch.id }} />
      <StopAlert target={{ campaignId: batch.campaign_id }} since={batch.created_at} />
    </Stack>
  );
}

/** Stops this batch immediately. Disabled while a stop is under way, and when nothing is left to stop. */
function PauseBatch({ batch }: { batch: Batch }) {
  const { state, stop } = useStop("batch", batch.id);
  const asking = state?.kind === "asking";
  const idle = asking || batch.completed_at !== null || (state?.kind === "stopped" && batch.pending_calls === 0);
  return (
    <Button
      size="lg"
      color="yellow.5"
      {...(!idle && { c: "dark.9" })}
      leftSection={<IconPlayerPause size={20} aria-hidden />}
      aria-disabled={idle}
      {...(idle && { "data-disabled": true })}
      onClick={() => {
        if (!idle) stop("drain");
      }}
    >
      {asking ? "Pausing..." : "Pause Batch"}
    </Button>
  );
}
