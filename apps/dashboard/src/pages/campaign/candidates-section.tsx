import { Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "../../api/client.ts";
import type { Campaign, Candidate } from "../../api/types.ts";
import { isMoving } from "../../live/use-live.ts";
import { Empty } from "../../parts/empty.tsx";
import { Failure } from "../../parts/failure.tsx";
import { count } from "../../parts/format.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import classes from "./candidates.module.css";

const PAGE = 50;
/** Interval at which a short list is reloaded while calls go on, in ms. */
const EVERY_MS = 10_000;
const SHORT_PAGES = 2;

/** The people of a campaign in import order, with the status of their newest call. */
export function CandidatesSection({ campaign, importButton }: { campaign: Campaign; importButton: ReactNode }) {
  const candidates = useInfiniteQuery({
    queryKey: ["candidates", campaign.id],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api.GET("/v1/campaigns/{id}/candidates", {
        params: { path: { id: campaign.id }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        signal,
      }),
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: ({ state }) =>
      isMoving(campaign) && (state.data?.pages.length ?? 0) <= SHORT_PAGES ? EVERY_MS : false,
  });
  const items = candidates.data?.pages.flatMap((page) => page.items);
  return (
    <Stack component="section" gap="sm" aria-labelledby="candidates">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4" id="candidates">
          Candidates
        </Title>
        {items && items.length > 0 && (
          <Text size="sm" c="dimmed">
            {count(items.length)} of {count(Math.max(campaign.candidates, items.length))} shown
          </Text>
        )}
      </Group>
      {!items ? (
        candidates.isError ? (
          <Failure what="The candidates" error={candidates.error} onRetry={() => void candidates.refetch()} />
        ) : (
          <Skeleton h={240} aria-busy aria-label="Loading the candidates" role="status" />
        )
      ) : items.length === 0 ? (
        <Empty title="No candidates yet" action={importButton}>
          Candidates are the people to call. Import them from a CSV or Excel file, or paste their numbers.
        </Empty>
      ) : (
        <>
          <Card withBorder p={0}>
            <div className={`${classes.row} ${classes.head}`} aria-hidden>
              <span>Name</span>
              <span>Number</span>
              <span>External ID</span>
              <span>Newest call</span>
            </div>
            <ul className={classes.list} aria-labelledby="candidates">
              {items.map((candidate) => (
                <Row key={candidate.id} candidate={candidate} />
              ))}
            </ul>
          </Card>
          {candidates.isFetchNextPageError && (
            <Failure what="More candidates" error={candidates.error} onRetry={() => void candidates.fetchNextPage()} />
          )}
          {candidates.hasNextPage && !candidates.isFetchNextPageError && (
            <Button
              variant="default"
              onClick={() => void candidates.fetchNextPage()}
              loading={candidates.isFetchingNextPage}
              style={{ alignSelf: "center" }}
            >
              Show more
            </Button>
          )}
        </>
      )}
    </Stack>
  );
}

function Row({ candidate }: { candidate: Candidate }) {
  const { name, phone_number, external_id, last_call_status, last_call_cancelled } = candidate;
  return (
    <li className={classes.row}>
      <Text size="sm" fw={500} className="rf-wrap" lineClamp={3}>
        {name || <Missing>no name</Missing>}
      </Text>
      <Text size="sm">{phone_number}</Text>
      <Text size="sm" c="dimmed" className="rf-wrap" lineClamp={2}>
        {external_id}
      </Text>
      <span>
        {last_call_status ? (
          <StatusBadge status={last_call_cancelled ? "cancelled" : last_call_status} size="sm" />
        ) : (
          <Missing>not called</Missing>
        )}
      </span>
    </li>
  );
}

const Missing = ({ children }: { children: string }) => (
  <Text span size="sm" c="dimmed" fw={400}>
    {children}
  </Text>
);
