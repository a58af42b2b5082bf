import { Card, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../api/queries.ts";
import type { StoredReceipt } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { Failure } from "../../parts/failure.tsx";
import { count, moment } from "../../parts/format.ts";

/** What every stop that spoke of the batch was told, newest first; nothing if there was none. */
export function Receipts({ batchId }: { batchId: string }) {
  const receipts = useQuery({ ...reads.receipts(batchId), refetchInterval: usePollInterval() });
  if (receipts.isError && !receipts.data)
    return <Failure what="The receipts" error={receipts.error} onRetry={() => void receipts.refetch()} />;
  if (!receipts.data?.length) return null;
  return (
    <Stack component="section" gap="sm" aria-labelledby="receipts">
      <Title order={2} size="h4" id="receipts">
        Receipts
      </Title>
      <Card withBorder p={0}>
        <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table verticalSpacing="xs" horizontalSpacing="md" aria-labelledby="receipts">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Stopped at</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Stopped</Table.Th>
                {["Cancelled then", "In all", "Still active"].map((name) => (
                  <Table.Th key={name} ta="right">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {receipts.data.map((each) => (
                <Row key={each.at + each.by} {...each} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Card>
    </Stack>
  );
}

function Row({ by, receipt }: StoredReceipt) {
  const { cancelled_now, cancelled_calls, in_progress_calls } = receipt;
  const what = receipt.batch_id === null ? "The whole campaign" : "This batch";
  return (
    <Table.Tr>
      <Table.Td>{moment(receipt.stopped_at)}</Table.Td>
      <Table.Td>
        <Text size="sm" className="rf-wrap" lineClamp={2}>
          <bdi>{by}</bdi>
        </Text>
      </Table.Td>
      <Table.Td>{receipt.mode === "hangup" ? `${what}, live calls hung up` : what}</Table.Td>
      {Object.entries({ cancelled_now, cancelled_calls, in_progress_calls }).map(([field, calls]) => (
        <Table.Td key={field} ta="right">
          {count(calls)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
