import { Button, Grid, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconPhoneOutgoing, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useSearchParams } from "wouter";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { AuditList } from "../../parts/audit-list.tsx";
import { Failure } from "../../parts/failure.tsx";
import { PageTitle } from "../../parts/page-title.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { useSession } from "../../session.ts";
import { StopAlert } from "../batch/stop-alert.tsx";
import { StopAll } from "../batch/stop-all.tsx";
import { BatchesSection } from "./batches-section.tsx";
import { CandidatesSection } from "./candidates-section.tsx";
import { EditCampaign } from "./edit-campaign.tsx";
import { Figures } from "./figures.tsx";
import { ImportDialog } from "./import/import-dialog.tsx";
import { LaunchDialog } from "./launch-dialog.tsx";
import { PausedPanel } from "./paused-panel.tsx";
import { UnverifiedNote } from "./unverified-note.tsx";

const TRAIL = [{ href: "/campaigns", label: "Campaigns" }];
const NEWEST_ACTS = 8;

/** One campaign: its figures, its candidates, its batches, and its activity. */
export function CampaignPage({ id }: { id: string }) {
  useLive({ campaignId: id });
  const campaign = useQuery({ ...reads.campaign(id), refetchInterval: usePollInterval() });
  if (campaign.data) return <Loaded campaign={campaign.data} />;
  if (campaign.isError) {
    return (
      <Stack>
        <PageTitle title="Campaign" trail={TRAIL} />
        <Failure what="The campaign" error={campaign.error} onRetry={() => void campaign.refetch()} />
      </Stack>
    );
  }
  return (
    <Stack aria-busy aria-label="Loading the campaign" role="status">
      <Skeleton h={36} w={280} />
      <Skeleton h={96} />
      <Skeleton h={120} />
      <Skeleton h={300} />
    </Stack>
  );
}

function Loaded({ campaign }: { campaign: Campaign }) {
  const { may } = useSession();
  const [search, setSearch] = useSearchParams();
  const isActive = campaign.status === "active";
  const wanted = search.get("launch") === "1";
  const [launching, launch] = useDisclosure(wanted && may("operator") && isActive);
  const [importing, importer] = useDisclosure(false);
  const [editing, editor] = useDisclosure(false);
  const launchButton = useRef<HTMLButtonElement>(null);
  const activated = useRef(false);

  // The back button must not open the dialog again.
  useEffect(() => {
    if (wanted) setSearch({}, { replace: true });
  }, [wanted, setSearch]);
  // The Activate button is gone with its panel, so the next step takes the focus.
  useEffect(() => {
    if (!isActive || !activated.current) return;
    activated.current = false;
    launchButton.current?.focus();
  }, [isActive]);

  const importButton = may("operator") && (
    <Button variant="default" leftSection={<IconUpload size={18} aria-hidden />} onClick={importer.open}>
      Import candidates
    </Button>
  );
  const actions = may("operator") && (
    <>
      <Button
        ref={launchButton}
        leftSection={<IconPhoneOutgoing size={18} aria-hidden />}
        onClick={launch.open}
        disabled={!isActive || campaign.candidates === 0}
      >
        Launch Calls
      </Button>
      {campaign.open_batches + campaign.in_progress_calls > 0 && <StopAll campaignId={campaign.id} />}
      {importButton}
      <Button variant="default" leftSection={<IconPencil size={18} aria-hidden />} onClick={editor.open}>
        Edit
      </Button>
    </>
  );
  return (
    <Stack gap="lg">
      <Stack gap={4}>
        <PageTitle
          title={campaign.name}
          trail={TRAIL}
          beside={<StatusBadge status={campaign.status} size="lg" />}
          actions={actions}
        />
        <Text size="sm" c="dimmed" className="rf-wrap">
          Calls from {campaign.from_number}
          {campaign.agent_id ? ` with the agent ${campaign.agent_id}` : ""}
        </Text>
      </Stack>
      <UnverifiedNote campaignId={campaign.id} />
      <StopAlert target={{ campaignId: campaign.id }} />
      {!isActive && <PausedPanel campaign={campaign} onActive={() => (activated.current = true)} />}
      {campaign.candidates > 0 && <Figures campaign={campaign} />}
      <BatchesSection campaignId={campaign.id} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <CandidatesSection campaign={campaign} importButton={importButton} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack component="section" gap="sm" aria-labelledby="activity">
            <Title order={2} size="h4" id="activity">
              Activity
            </Title>
            <AuditList campaignId={campaign.id} first={NEWEST_ACTS} />
          </Stack>
        </Grid.Col>
      </Grid>
      <VisuallyHidden role="status">The campaign is {campaign.status}.</VisuallyHidden>
      <LaunchDialog campaign={campaign} opened={launching} onClose={launch.close} />
      <ImportDialog campaignId={campaign.id} opened={importing} onClose={importer.close} />
      <EditCampaign campaign={campaign} opened={editing} onClose={editor.close} />
    </Stack>
  );
}
