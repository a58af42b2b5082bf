import { Anchor, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { reads } from "../../api/queries.ts";
import type { Batch } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { CallBar, segmentsOf } from "../../parts/call-bar.tsx";
import { Failure } from "../../parts/failure.tsx";
import { count, moment } from "../../parts/format.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";

/** The batches of a campaign: those that are being called, then those that have ended. */
export function Batches({ campaignId }: { campaignId: string }) {
  const batches = useQuery({ ...reads.batches(campaignId), refetchInterval: usePollInterval() });
  if (batches.isPending) return <Skeleton h={120} aria-label="Loading the batches" />;
  if (!batches.data) return <Failure what="The batches" error={batches.error} onRetry={() => void batches.refetch()} />;
  const running = batches.data.filter(({ completed_at }) => completed_at === null);
  const past = batches.data.filter(({ completed_at }) => completed_at !== null);
  return (
    <>
      {running.length > 0 && <Section title="Running batches" batches={running} />}
      {past.length > 0 && <Section title="Past batches" batches={past} />}
      {batches.data.length === 0 && (
        <Text size="sm" c="dimmed">
          No batch yet: each Launch Calls makes one.
        </Text>
      )}
    </>
  );
}

function Section({ title, batches }: { title: string; batches: readonly Batch[] }) {
  const id = title.toLowerCase().replace(" ", "-");
  return (
    <Stack gap="sm" component="section" aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {title}
      </Title>
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
        {batches.map((batch) => (
          <li key={batch.id}>
            <BatchCard batch={batch} />
          </li>
        ))}
      </Stack>
    </Stack>
  );
}

function BatchCard({ batch }: { batch: Batch }) {
  const finishing = batch.status === "cancelled" && batch.completed_at === null;
  const words = segmentsOf(batch)
    .filter(({ calls }) => calls > 0)
    .map(({ label, calls }) => `${count(calls)} ${label}`);
  return (
    <Card withBorder padding="md" style={{ position: "relative" }}>
      <Stack gap={8}>
        <Group justify="space-between">
          <Anchor component={Link} href={`/batches/${batch.id}`} fw={600} c="inherit" className="rf-card-link">
            Batch of {moment(batch.created_at)}
          </Anchor>
          <StatusBadge status={finishing ? "finishing" : batch.status} />
        </Group>
        <CallBar counts={batch} size={batch.completed_at === null ? 14 : 8} label="Its calls" />
        <Text size="sm" c="dimmed">
          {words.join(" \u00b7 ")}
        </Text>
      </Stack>
    </Card>
  );
}
