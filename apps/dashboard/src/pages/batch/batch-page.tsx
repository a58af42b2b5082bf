import { Skeleton, Stack, VisuallyHidden } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { reads } from "../../api/queries.ts";
import type { Batch } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { callsKey } from "../../live/on-calls.ts";
import { useLive } from "../../live/use-live.ts";
import { Failure } from "../../parts/failure.tsx";
import { counted, moment } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { RestartPanel } from "../../parts/restart-panel.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { CallsSection } from "./calls/calls-section.tsx";
import { ProgressCard } from "./progress-card.tsx";
import { StopControls } from "./stop-controls.tsx";

/** One batch: what is being dialled, and the ways to stop it. */
export function BatchPage({ id }: { id: string }) {
  useLive({ batchId: id });
  const poll = usePollInterval();
  const batch = useQuery({ ...reads.batch(id), refetchInterval: poll });
  const campaignId = batch.data?.campaign_id ?? "";
  const campaign = useQuery({ ...reads.campaign(campaignId), enabled: campaignId !== "", refetchInterval: poll });

  const trail = [
    { href: "/campaigns", label: "Campaigns" },
    ...(campaign.data ? [{ href: `/campaigns/${campaignId}`, label: campaign.data.name }] : []),
  ];
  if (batch.isError && !batch.data) {
    return (
      <Stack>
        <PageTitle title="Batch" trail={trail} />
        <Failure what="The batch" error={batch.error} onRetry={() => void batch.refetch()} />
      </Stack>
    );
  }
  if (!batch.data) {
    return (
      <Stack aria-busy aria-label="Loading the batch">
        <Skeleton h={36} w={280} />
        <Skeleton h={220} />
        <Skeleton h={48} w={420} />
        <Skeleton h={400} />
      </Stack>
    );
  }
  const finishing = batch.data.status === "cancelled" && batch.data.completed_at === null;
  return (
    <Stack>
      <PageTitle
        title={`Batch of ${moment(batch.data.created_at)}`}
        tab={`${campaign.data?.name ?? "Batch"}: ${counted(batch.data.total_candidates, "call")}`}
        trail={trail}
        beside={<StatusBadge status={finishing ? "finishing" : batch.data.status} size="lg" />}
      />
      <ProgressCard batch={batch.data} />
      <StopControls batch={batch.data} updatedAt={batch.dataUpdatedAt} />
      {campaign.data?.status === "paused" && <RestartPanel campaign={campaign.data} />}
      <CallsSection batch={batch.data} />
      <Changes batch={batch.data} />
    </Stack>
  );
}

/** Tells a screen reader of the changes that matter, and has the rows asked for anew that no event tells of. */
function Changes({ batch }: { batch: Batch }) {
  const client = useQueryClient();
  const isOver = batch.completed_at !== null;
  const stage = isOver ? "ended" : batch.status === "cancelled" ? "stopped" : "running";
  const before = useRef(stage);
  useEffect(() => {
    if (before.current === stage) return;
    before.current = stage;
    void client.invalidateQueries({ queryKey: callsKey(batch.id) });
  }, [client, batch.id, stage]);
  const said = {
    running: "The batch is being called.",
    stopped: `The batch is stopped: ${counted(batch.cancelled_calls, "call")} cancelled, the rest finishing.`,
    ended: `All calls of the batch have ended: ${counted(batch.completed_calls, "call")} completed, ${batch.failed_calls - batch.cancelled_calls} failed, ${batch.cancelled_calls} cancelled.`,
  };
  return <VisuallyHidden role="status">{said[stage]}</VisuallyHidden>;
}
