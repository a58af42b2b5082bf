import { Anchor, Button, Card, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { reads } from "../api/queries.ts";
import type { Audit } from "../api/types.ts";
import { usePollInterval } from "../live/connection.ts";
import { auditWords, toneOf } from "./audit-words.ts";
import { Empty } from "./empty.tsx";
import { Failure } from "./failure.tsx";
import { ago, moment } from "./format.ts";
import { useNow } from "./use-now.ts";

const DOTS = { stop: "red", start: "blue", other: "gray" } as const;
const MINUTE_MS = 60_000;

/** Who did what when, in plain words, for one campaign or for all. The first `first` entries are shown, the rest on demand. */
export function AuditList({ campaignId, first }: { campaignId: string | null; first: number }) {
  const audit = useQuery({ ...reads.audit(campaignId), refetchInterval: usePollInterval() });
  const [all, setAll] = useState(false);
  const now = useNow(MINUTE_MS);
  if (audit.isPending) return <Skeleton h={160} aria-busy aria-label="Loading the activity" role="status" />;
  if (!audit.data) return <Failure what="The activity" error={audit.error} onRetry={() => void audit.refetch()} />;
  if (audit.data.length === 0) return <Empty title="Nothing has been done yet" />;
  const shown = all ? audit.data : audit.data.slice(0, first);
  return (
    <Stack gap="sm">
      <Card withBorder p={0}>
        <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: "none" }} aria-label="Activity">
          {shown.map((entry, n) => (
            <Entry key={entry.id} entry={entry} now={now} isFirst={n === 0} withCampaign={campaignId === null} />
          ))}
        </Stack>
      </Card>
      {shown.length < audit.data.length && (
        <Button variant="default" onClick={() => setAll(true)} style={{ alignSelf: "center" }}>
          Show older
        </Button>
      )}
    </Stack>
  );
}

function Entry(props: { entry: Audit; now: number; isFirst: boolean; withCampaign: boolean }) {
  const { entry, now, isFirst, withCampaign } = props;
  return (
    <Group
      component="li"
      wrap="nowrap"
      align="flex-start"
      gap="sm"
      px="md"
      py="xs"
      style={isFirst ? undefined : { borderTop: "1px solid var(--mantine-color-default-border)" }}
    >
      <span
        aria-hidden
        style={{
          width: 8,
          height: 8,
          marginTop: 7,
          borderRadius: 4,
          flexShrink: 0,
          background: `var(--mantine-color-${DOTS[toneOf(entry.action)]}-6)`,
        }}
      />
      <Stack gap={2} style={{ minWidth: 0 }}>
        <Text size="sm" className="rf-wrap" lineClamp={6}>
          <b>
            <bdi>{entry.actor}</bdi>
          </b>{" "}
          {auditWords(entry)}
        </Text>
        <Group gap="sm">
          <Text size="xs" c="dimmed" component="time" dateTime={entry.at} title={moment(entry.at)}>
            {ago(entry.at, now)}
          </Text>
          {entry.batch_id && (
            <Anchor component={Link} href={`/batches/${entry.batch_id}`} size="xs" underline="always">
              The batch
            </Anchor>
          )}
          {withCampaign && entry.campaign_id && <CampaignLink id={entry.campaign_id} />}
        </Group>
      </Stack>
    </Group>
  );
}

/** A link with the campaign's name, if the page knows it. */
function CampaignLink({ id }: { id: string }) {
  const { data: campaigns } = useQuery({ ...reads.campaigns(), refetchOnMount: false });
  const name = campaigns?.find((campaign) => campaign.id === id)?.name ?? "The campaign";
  return (
    <Anchor component={Link} href={`/campaigns/${id}`} size="xs" underline="always" className="rf-wrap" lineClamp={1}>
      {name}
    </Anchor>
  );
}
