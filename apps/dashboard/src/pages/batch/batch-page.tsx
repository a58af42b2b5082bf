import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../api/queries.ts";
import type { Batch } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { Failure } from "../../parts/failure.tsx";
import { moment, share } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Announcer } from "./announcer.tsx";
import { CallsSection } from "./calls/calls-section.tsx";
import { Controls } from "./controls.tsx";
import { Hold } from "./hold.tsx";
import { PausedNote } from "./paused-note.tsx";
import { ProgressCard } from "./progress-card.tsx";
import { Receipts } from "./receipts.tsx";

/** One batch: its progress, its stop buttons, and its calls. */
export function BatchPage({ id }: { id: string }) {
  useLive({ batchId: id });
  const batch = useQuery({ ...reads.batch(id), refetchInterval: usePollInterval() });
  if (batch.data) return <Loaded batch={batch.data} />;
  return (
    <Stack>
      <PageTitle title="Batch" trail={[{ href: "/campaigns", label: "Campaigns" }]} />
      {batch.isError ? (
        <Failure what="The batch" error={batch.error} onRetry={() => void batch.refetch()} />
      ) : (
        <Stack aria-busy aria-label="Loading the batch" role="status">
          <Skeleton h={230} />
          <Skeleton h={60} />
          <Skeleton h={320} />
        </Stack>
      )}
    </Stack>
  );
}

function Loaded({ batch }: { batch: Batch }) {
  const campaign = useQuery({ ...reads.campaign(batch.campaign_id), refetchInterval: usePollInterval() });
  const finishing = batch.status === "cancelled" && batch.completed_at === null;
  const held = batch.held_at !== null || (batch.status === "in_progress" && campaign.data?.held_at != null);
  const done = share(batch.completed_calls + batch.failed_calls, batch.total_candidates);
  return (
    <Stack gap="md">
      <PageTitle
        title={`Batch of ${moment(batch.created_at)}`}
        tab={`${held ? "Held, " : ""}${done} ${campaign.data?.name ?? "Batch"}`}
        trail={[
          { href: "/campaigns", label: "Campaigns" },
          { href: `/campaigns/${batch.campaign_id}`, label: campaign.data?.name ?? "Campaign" },
        ]}
        beside={<StatusBadge size="lg" status={finishing ? "finishing" : held ? "held" : batch.status} />}
      />
      <Announcer batch={batch} batchHeld={held} />
      <ProgressCard batch={batch} held={held} />
      <Controls batch={batch} />
      <Hold batch={batch} campaign={campaign.data} />
      {campaign.data && <PausedNote campaign={campaign.data} />}
      {batch.status === "cancelled" && <Receipts batchId={batch.id} />}
      <CallsSection batch={batch} />
    </Stack>
  );
}
