import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlayerPauseFilled, IconRefresh } from "@tabler/icons-react";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import type { Batch } from "../../api/types.ts";
import { useSession } from "../../session.ts";
import { StopAlert } from "./stop-alert.tsx";
import { StopAll } from "./stop-all.tsx";
import { requestStop, useStop } from "./stop-store.ts";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** Pause Batch, Stop All, Refresh: always there, always in the same place; and what came of them. */
export function StopControls({ batch, updatedAt }: { batch: Batch; updatedAt: number }) {
  const { may } = useSession();
  const client = useQueryClient();
  const fetching = useIsFetching() > 0;
  const pause = useStop({ batchId: batch.id });
  return (
    <Stack gap="sm">
      <Group gap="sm">
        {may("operator") && (
          <>
            <Button
              color="yellow"
              size="lg"
              leftSection={<IconPlayerPauseFilled size={18} aria-hidden />}
              loading={pause.kind === "sending"}
              disabled={batch.status === "completed"}
              onClick={() => void requestStop({ batchId: batch.id }, "drain")}
              title="Cancels every call of this batch that is not dialled yet. A later launch takes these people again."
            >
              Pause Batch
            </Button>
            <StopAll campaignId={batch.campaign_id} size="lg" />
          </>
        )}
        <Button
          variant="default"
          size="lg"
          leftSection={<IconRefresh size={18} aria-hidden />}
          loading={fetching}
          onClick={() => void client.refetchQueries({ type: "active" })}
        >
          Refresh
        </Button>
        <Text size="sm" c="dimmed">
          Updated {clock.format(updatedAt)}
        </Text>
      </Group>
      {!may("operator") && (
        <Text size="sm" c="dimmed">
          Your key may look, not act: pausing and stopping need a key of role operator.
        </Text>
      )}
      <StopAlert target={{ batchId: batch.id }} />
      <StopAlert target={{ campaignId: batch.campaign_id }} />
    </Stack>
  );
}
