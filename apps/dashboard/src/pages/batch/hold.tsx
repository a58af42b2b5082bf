import { Alert, Button, Group, Text } from "@mantine/core";
import { IconHandStop, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { wordsOf } from "../../api/errors.ts";
import type { Batch, Campaign } from "../../api/types.ts";
import { counted, moment } from "../../parts/format.ts";
import { useSession } from "../../session.ts";

/** The holds of a batch and of its campaign, each with its end; while neither stands, the button that holds the batch. */
export function Hold({ batch, campaign }: { batch: Batch; campaign: Campaign | undefined }) {
  const { may } = useSession();
  const path = { id: batch.id };
  const hold = useChange(() => api.POST("/v1/batches/{id}/hold", { params: { path }, body: { reason: null } }));
  const resume = useChange(() => api.POST("/v1/batches/{id}/resume", { params: { path } }));
  const resumeCampaign = useChange(() =>
    api.POST("/v1/campaigns/{id}/resume", { params: { path: { id: batch.campaign_id } } }),
  );
  if (batch.status !== "in_progress") return null;
  // What the last press came to; the others are over.
  const [last] = [hold, resume, resumeCampaign].sort((a, b) => b.submittedAt - a.submittedAt);
  const error = last?.error;
  const fault = error && (
    <Text size="sm" role="alert">
      {`Not done: ${wordsOf(error)}. Try again.`}
    </Text>
  );
  if (!batch.held_at && !campaign?.held_at) {
    if (batch.pending_calls === 0 || !may("operator")) return fault || null;
    return (
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconHandStop size={18} aria-hidden />}
          loading={hold.isPending}
          onClick={() => hold.mutate()}
        >
          Hold
        </Button>
        <Text size="sm" c="dimmed">
          Pending calls wait until you resume; nothing is cancelled.
        </Text>
        {fault}
      </Group>
    );
  }
  return (
    <>
      {campaign?.held_at && (
        <Held what="The campaign" by={campaign} pending={campaign.pending_calls} end={resumeCampaign} />
      )}
      {batch.held_at && <Held what="The batch" by={batch} pending={batch.pending_calls} end={resume} />}
      {fault}
    </>
  );
}

/** A change of a hold; whatever the page shows of batch and campaign is read again. */
function useChange<Answer>(change: () => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries() });
}

function Held({
  what,
  by: { held_at, held_by, held_reason },
  pending,
  end,
}: {
  what: string;
  by: Pick<Batch, "held_at" | "held_by" | "held_reason">;
  pending: number;
  end: { mutate: () => void; isPending: boolean };
}) {
  const { may } = useSession();
  return (
    <Alert
      role="note"
      color="yellow"
      variant="light"
      icon={<IconHandStop />}
      styles={{ title: { color: "var(--mantine-color-text)" } }}
      title={`${what} is held`}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {`By ${held_by} since ${moment(held_at ?? "")}${held_reason ? `: ${held_reason}` : ""}. ${counted(pending, "pending call")} ${pending === 1 ? "waits" : "wait"}; calls in progress go on.`}
        </Text>
        {may("operator") && (
          <Button
            color="teal.9"
            leftSection={<IconPlayerPlay size={18} aria-hidden />}
            loading={end.isPending}
            onClick={() => end.mutate()}
          >
            Resume
          </Button>
        )}
      </Group>
    </Alert>
  );
}
