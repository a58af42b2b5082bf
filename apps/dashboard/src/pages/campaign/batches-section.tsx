import { Anchor, Card, Group, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { reads } from "../../api/queries.ts";
import type { Batch } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { CallBar, segmentsOf } from "../../parts/call-bar.tsx";
import { Failure } from "../../parts/failure.tsx";
import { count, counted, moment } from "../../parts/format.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";

/** The batches of a campaign: batches with unfinished calls as cards, the others in a table. */
export function BatchesSection({ campaignId }: { campaignId: string }) {
  const batches = useQuery({ ...reads.batches(campaignId), refetchInterval: usePollInterval() });
  if (batches.isPending) return <Skeleton h={120} aria-busy aria-label="Loading the batches" role="status" />;
  if (!batches.data) {
    return <Failure what="The batches" error={batches.error} onRetry={() => void batches.refetch()} />;
  }
  const running = batches.data.filter(({ completed_at }) => completed_at === null);
  const past = batches.data.filter(({ completed_at }) => completed_at !== null);
  return (
    <>
      {running.length > 0 && (
        <Stack component="section" gap="sm" aria-labelledby="running-batches">
          <Title order={2} size="h4" id="running-batches">
            Running batches
          </Title>
          <SimpleGrid cols={{ base: 1, md: running.length > 1 ? 2 : 1 }} spacing="sm">
            {running.map((batch) => (
              <Running key={batch.id} batch={batch} />
            ))}
          </SimpleGrid>
        </Stack>
      )}
      {past.length > 0 && (
        <Stack component="section" gap="sm" aria-labelledby="past-batches">
          <Title order={2} size="h4" id="past-batches">
            Past batches
          </Title>
          <Card withBorder p={0}>
            <Past batches={past} />
          </Card>
        </Stack>
      )}
    </>
  );
}

const statusOf = ({ status, completed_at }: Batch) =>
  status === "cancelled" && completed_at === null ? "finishing" : status;

function Running({ batch }: { batch: Batch }) {
  const open = batch.pending_calls + batch.in_progress_calls;
  return (
    <Card withBorder padding="md">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Anchor component={Link} href={`/batches/${batch.id}`} fw={600}>
            Batch of {moment(batch.created_at)}
          </Anchor>
          <StatusBadge status={statusOf(batch)} />
        </Group>
        <CallBar counts={batch} size={14} label={`Batch of ${moment(batch.created_at)}`} />
        <Group justify="space-between" gap="xs">
          <Text size="sm">
            {segmentsOf(batch)
              .filter(({ calls }) => calls > 0)
              .map(({ label, calls }) => `${count(calls)} ${label}`)
              .join(" · ")}
          </Text>
          <Text size="sm" c="dimmed">
            {count(open)} of {counted(batch.total_candidates, "call")} to end
          </Text>
        </Group>
      </Stack>
    </Card>
  );
}

function Past({ batches }: { batches: Batch[] }) {
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing="xs" horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Batch of</Table.Th>
            <Table.Th>Status</Table.Th>
            {["Calls", "Completed", "Failed", "Cancelled"].map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {batches.map((batch) => (
            <Table.Tr key={batch.id}>
              <Table.Td>
                <Anchor component={Link} href={`/batches/${batch.id}`} size="sm">
                  {moment(batch.created_at)}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={batch.status} size="sm" />
              </Table.Td>
              {[
                batch.total_candidates,
                batch.completed_calls,
                batch.failed_calls - batch.cancelled_calls,
                batch.cancelled_calls,
              ].map((value, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
                <Table.Td key={column} ta="right">
                  {count(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
