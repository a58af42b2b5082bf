import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import type { Page } from "@ringfence/domain";
import { IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { ask } from "../../../api/client.ts";
import type { Batch, Call } from "../../../api/types.ts";
import { callsKey } from "../../../live/on-calls.ts";
import { Failure } from "../../../parts/failure.tsx";
import { count } from "../../../parts/format.ts";
import { CallDrawer } from "./call-drawer.tsx";
import { CallsTable } from "./calls-table.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { isFiltered, readFilters, toQuery, writeFilters } from "./filters.ts";

const PAGE = 100;
/** Typing settles before the server is asked, in ms. */
const TYPING_MS = 300;

/** The calls of a batch: filtered, searched, sorted and exported by the server; what is chosen stands in the address. */
export function CallsSection({ batch }: { batch: Batch }) {
  const [address, setAddress] = useSearchParams();
  const filters = readFilters(address);
  const change = (changes: Partial<typeof filters>) =>
    setAddress((old) => writeFilters(old, { ...readFilters(old), ...changes }), { replace: true });
  const openCall = (id: string | null) =>
    setAddress((old) => {
      const next = new URLSearchParams(old);
      if (id) next.set("call", id);
      else next.delete("call");
      return next;
    });

  const [query] = useDebouncedValue(toQuery(filters).toString(), TYPING_MS);
  const calls = useInfiniteQuery({
    queryKey: [...callsKey(batch.id), query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      ask<Page<Call>>(
        "GET",
        `/v1/batches/${batch.id}/calls?limit=${PAGE}&${query}${pageParam && `&cursor=${pageParam}`}`,
        {
          signal,
        },
      ),
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const rows = useMemo(() => calls.data?.pages.flatMap(({ items }) => items) ?? [], [calls.data]);
  const total = isFiltered(filters) ? (calls.hasNextPage ? null : rows.length) : batch.total_candidates;

  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="calls-heading">
      <Stack>
        <Group justify="space-between">
          <Group gap="xs" align="baseline">
            <Title order={2} size="h4" id="calls-heading">
              Calls
            </Title>
            <Text size="sm" c="dimmed" role="status">
              {total === null
                ? `more than ${count(rows.length)} found`
                : isFiltered(filters)
                  ? `${count(total)} found`
                  : count(total)}
            </Text>
          </Group>
          <Button
            component="a"
            href={`/v1/batches/${batch.id}/calls?format=csv&${toQuery(filters)}`}
            download
            variant="default"
            size="sm"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Export CSV
          </Button>
        </Group>
        <FilterBar batchId={batch.id} filters={filters} onChange={change} />
        {calls.isError && rows.length === 0 ? (
          <Failure what="The list of calls" error={calls.error} onRetry={() => void calls.refetch()} />
        ) : (
          <CallsTable
            rows={rows}
            total={total ?? rows.length + 1}
            loading={calls.isPending}
            failed={calls.isFetchNextPageError}
            filtered={isFiltered(filters)}
            sort={filters.sort}
            onSort={(sort) => change({ sort })}
            onClear={() => change({ status: null, reason: null, search: "" })}
            onOpen={openCall}
            onEnd={() => {
              if (calls.hasNextPage && !calls.isFetching) void calls.fetchNextPage();
            }}
          />
        )}
      </Stack>
      <CallDrawer callId={address.get("call")} onClose={() => openCall(null)} />
    </Card>
  );
}
