import { Alert, Button, Card, Modal, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPhoneOutgoing, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { AuditList } from "../../parts/audit-list.tsx";
import { CampaignForm } from "../../parts/campaign-form.tsx";
import { Failure } from "../../parts/failure.tsx";
import { count } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { RestartPanel } from "../../parts/restart-panel.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { useSession } from "../../session.ts";
import { StopAlert } from "../batch/stop-alert.tsx";
import { StopAll } from "../batch/stop-all.tsx";
import { Batches } from "./batches.tsx";
import { Candidates } from "./candidates.tsx";
import { ImportCandidates } from "./import/import-candidates.tsx";
import { LaunchCalls } from "./launch-calls.tsx";
import { Reasons } from "./reasons.tsx";

const TRAIL = [{ href: "/campaigns", label: "Campaigns" }];

/** One campaign: its figures, its batches, its people, and what may be done with it. */
export function CampaignPage({ id }: { id: string }) {
  useLive({ campaignId: id });
  const campaign = useQuery({ ...reads.campaign(id), refetchInterval: usePollInterval() });
  if (campaign.isError && !campaign.data) {
    return (
      <Stack>
        <PageTitle title="Campaign" trail={TRAIL} />
        <Failure what="The campaign" error={campaign.error} onRetry={() => void campaign.refetch()} />
      </Stack>
    );
  }
  if (!campaign.data) {
    return (
      <Stack aria-busy aria-label="Loading the campaign">
        <Skeleton h={36} w={320} />
        <Skeleton h={110} />
        <Skeleton h={180} />
      </Stack>
    );
  }
  return <Loaded campaign={campaign.data} />;
}

function Loaded({ campaign }: { campaign: Campaign }) {
  const { may } = useSession();
  const [launching, launch] = useDisclosure(false);
  const [importing, imports] = useDisclosure(false);
  const [editing, edit] = useDisclosure(false);
  const isCalling = campaign.open_batches > 0 || campaign.in_progress_calls > 0;
  return (
    <Stack gap="lg">
      <PageTitle
        title={campaign.name}
        trail={TRAIL}
        beside={<StatusBadge status={campaign.status} size="lg" />}
        actions={
          may("operator") && (
            <>
              <Button variant="default" onClick={edit.open}>
                Edit
              </Button>
              <Button variant="default" leftSection={<IconUpload size={18} aria-hidden />} onClick={imports.open}>
                Import candidates
              </Button>
              <Button
                leftSection={<IconPhoneOutgoing size={18} aria-hidden />}
                onClick={launch.open}
                disabled={campaign.status === "paused"}
              >
                Launch Calls
              </Button>
              {isCalling && <StopAll campaignId={campaign.id} />}
            </>
          )
        }
      />
      <StopAlert target={{ campaignId: campaign.id }} />
      {campaign.status === "paused" && <RestartPanel campaign={campaign} />}
      {campaign.candidates === 0 && (
        <Alert title="This campaign has nobody to call yet">
          {may("operator")
            ? "Import candidates from a CSV file, or paste their numbers."
            : "Its candidates are still to be imported."}
        </Alert>
      )}
      <Figures campaign={campaign} />
      <Batches campaignId={campaign.id} />
      <Candidates campaignId={campaign.id} />
      <Activity campaignId={campaign.id} />

      <Modal opened={launching} onClose={launch.close} title="Launch Calls" centered size="lg">
        {launching && <LaunchCalls campaign={campaign} onCancel={launch.close} />}
      </Modal>
      <Modal
        opened={importing}
        onClose={imports.close}
        title="Import candidates"
        centered
        size="xl"
        closeOnClickOutside={false}
      >
        {importing && <ImportCandidates campaignId={campaign.id} onDone={imports.close} />}
      </Modal>
      <Modal opened={editing} onClose={edit.close} title="Edit the campaign" centered>
        {editing && <CampaignForm campaign={campaign} onDone={edit.close} onCancel={edit.close} />}
      </Modal>
    </Stack>
  );
}

function Figures({ campaign }: { campaign: Campaign }) {
  const figures = [
    ["candidates", campaign.candidates],
    ["undialled", campaign.undialed_candidates],
    ["reached", campaign.completed_calls],
    ["failed", campaign.failed_calls - campaign.cancelled_calls],
    ["cancelled", campaign.cancelled_calls],
    ["in progress", campaign.in_progress_calls],
    ["pending", campaign.pending_calls],
  ] as const;
  return (
    <Card withBorder padding="lg">
      <Stack>
        <SimpleGrid cols={{ base: 2, xs: 4, md: 7 }} component="dl" m={0}>
          {figures.map(([name, value]) => (
            <div key={name}>
              <Text component="dt" size="sm" c="dimmed">
                {name}
              </Text>
              <Text component="dd" m={0} fw={650} size="xl">
                {count(value)}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        <Reasons campaignId={campaign.id} />
        <Text size="sm" c="dimmed">
          Calls from {campaign.from_number}
          {campaign.agent_id ? ` with agent ${campaign.agent_id}` : ""}.
        </Text>
      </Stack>
    </Card>
  );
}

function Activity({ campaignId }: { campaignId: string }) {
  const audit = useQuery(reads.audit(campaignId));
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="activity-heading">
      <Stack>
        <Title order={2} size="h4" id="activity-heading">
          Activity
        </Title>
        {audit.isError && !audit.data && (
          <Failure what="The activity" error={audit.error} onRetry={() => void audit.refetch()} />
        )}
        {audit.isPending && <Skeleton h={60} aria-label="Loading the activity" />}
        {audit.data?.length === 0 && <Text size="sm">Nothing has been done with this campaign yet.</Text>}
        {audit.data && <AuditList entries={audit.data} />}
      </Stack>
    </Card>
  );
}
