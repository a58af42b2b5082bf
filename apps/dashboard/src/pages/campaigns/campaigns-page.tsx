import { Anchor, Button, Card, Center, Group, Modal, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { CallBar } from "../../parts/call-bar.tsx";
import { CampaignForm } from "../../parts/campaign-form.tsx";
import { Failure } from "../../parts/failure.tsx";
import { count, counted } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { useSession } from "../../session.ts";

/** With more campaigns than this a name is easier typed than found. */
const SEARCH_FROM = 8;
const SKELETONS = [1, 2, 3, 4];

/** All campaigns, the newest first. */
export function CampaignsPage() {
  useLive({});
  const [making, form] = useDisclosure(false);
  const [search, setSearch] = useState("");
  const [, navigate] = useLocation();
  const { may } = useSession();
  const campaigns = useQuery({ ...reads.campaigns(), refetchInterval: usePollInterval() });
  const shown = campaigns.data?.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase())) ?? [];
  const create = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={form.open}>
      New campaign
    </Button>
  );
  return (
    <Stack>
      <PageTitle title="Campaigns" actions={may("operator") && (campaigns.data?.length ?? 0) > 0 && create} />
      {(campaigns.data?.length ?? 0) > SEARCH_FROM && (
        <TextInput
          label="Find a campaign"
          placeholder="Part of its name"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          maw={360}
        />
      )}
      {campaigns.isPending && (
        <Stack gap="sm" aria-busy aria-label="Loading the campaigns">
          {SKELETONS.map((n) => (
            <Skeleton key={n} h={96} />
          ))}
        </Stack>
      )}
      {campaigns.isError && !campaigns.data && (
        <Failure what="The list of campaigns" error={campaigns.error} onRetry={() => void campaigns.refetch()} />
      )}
      {campaigns.data?.length === 0 && (
        <Center mih={280}>
          <Stack align="center" maw={420} ta="center">
            <Text fw={600}>No campaign yet</Text>
            <Text c="dimmed">
              A campaign is a list of people and the number that calls them. Create one, import its candidates, then
              launch the calls.
            </Text>
            {may("operator") ? create : <Text size="sm">Creating one needs a key of role operator.</Text>}
          </Stack>
        </Center>
      )}
      {campaigns.data && campaigns.data.length > 0 && shown.length === 0 && <Text>No campaign has such a name.</Text>}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
        {shown.map((campaign) => (
          <li key={campaign.id}>
            <CampaignCard campaign={campaign} />
          </li>
        ))}
      </Stack>
      <Modal opened={making} onClose={form.close} title="New campaign" centered>
        {making && <CampaignForm onCancel={form.close} onDone={({ id }) => navigate(`/campaigns/${id}`)} />}
      </Modal>
    </Stack>
  );
}

function CampaignCard({ campaign }: { campaign: Campaign }) {
  const calls = campaign.pending_calls + campaign.in_progress_calls + campaign.completed_calls + campaign.failed_calls;
  const facts = [
    counted(campaign.candidates, "candidate"),
    `${count(campaign.undialed_candidates)} undialled`,
    ...(campaign.open_batches > 0 ? [counted(campaign.open_batches, "running batch", "running batches")] : []),
    ...(campaign.in_progress_calls > 0 ? [`${count(campaign.in_progress_calls)} in progress`] : []),
  ];
  return (
    <Card withBorder padding="md" style={{ position: "relative" }}>
      <Stack gap={8}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Anchor
            component={Link}
            href={`/campaigns/${campaign.id}`}
            fw={600}
            c="inherit"
            className="rf-wrap rf-card-link"
            lineClamp={2}
          >
            {campaign.name}
          </Anchor>
          <StatusBadge status={campaign.status} />
        </Group>
        <Text size="sm" c="dimmed">
          {facts.join(" \u00b7 ")}
        </Text>
        {calls > 0 ? (
          <CallBar counts={campaign} size={6} label="All calls" />
        ) : (
          <Text size="xs" c="dimmed">
            Nobody has been called yet.
          </Text>
        )}
      </Stack>
    </Card>
  );
}
