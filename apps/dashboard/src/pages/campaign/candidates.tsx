import { Button, Card, Group, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import type { CandidateView, Json, Page } from "@ringfence/domain";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { Failure } from "../../parts/failure.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";

const PAGE = 20;
type Candidate = Json<CandidateView>;

/** The people of a campaign in the order of import, a few at a time. */
export function Candidates({ campaignId }: { campaignId: string }) {
  const candidates = useInfiniteQuery({
    queryKey: ["candidates", campaignId],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      ask<Page<Candidate>>(
        "GET",
        `/v1/campaigns/${campaignId}/candidates?limit=${PAGE}${pageParam && `&cursor=${pageParam}`}`,
      ),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 10_000,
  });
  const people = candidates.data?.pages.flatMap(({ items }) => items) ?? [];
  if (candidates.isSuccess && people.length === 0) return null;
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="candidates-heading">
      <Stack>
        <Title order={2} size="h4" id="candidates-heading">
          Candidates
        </Title>
        {candidates.isPending && <Skeleton h={160} aria-label="Loading the candidates" />}
        {candidates.isError && people.length === 0 && (
          <Failure what="The candidates" error={candidates.error} onRetry={() => void candidates.refetch()} />
        )}
        {people.length > 0 && (
          <Table.ScrollContainer minWidth={300}>
            <Table verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Number</Table.Th>
                  <Table.Th>Last call</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {people.map(({ id, name, phone_number, last_call_status }) => (
                  <Table.Tr key={id}>
                    <Table.Td className="rf-wrap">{name ?? "(no name)"}</Table.Td>
                    <Table.Td style={{ whiteSpace: "nowrap" }}>{phone_number}</Table.Td>
                    <Table.Td>
                      {last_call_status ? (
                        <StatusBadge status={last_call_status} size="sm" />
                      ) : (
                        <Text size="sm">none</Text>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {candidates.hasNextPage && (
          <Group>
            <Button
              variant="default"
              size="sm"
              loading={candidates.isFetchingNextPage}
              onClick={() => void candidates.fetchNextPage()}
            >
              Show more
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
