import { Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import { reads } from "../../../api/queries.ts";
import type { Batch } from "../../../api/types.ts";
import { newest } from "../../../live/on-calls.ts";
import { Failure } from "../../../parts/failure.tsx";
import { count, counted } from "../../../parts/format.ts";
import { CallDrawer } from "./call-drawer.tsx";
import { CallsTable } from "./calls-table.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { type CallFilters, isFiltered, readFilters, writeFilters } from "./filters.ts";
import { useCalls } from "./use-calls.ts";

const NOTHING_CHOSEN = { kind: null, reason: null, search: "" } as const;

/** The calls of a batch, and the opened call. Filters and selection are in the address, so that a link can be shared. */
export function CallsSection({ batch }: { batch: Batch }) {
  const [address, setAddress] = useSearchParams();
  const text = address.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const openId = address.get("call");
  const change = (filters: Partial<CallFilters>) => setAddress((now) => writeFilters(now, filters), { replace: true });
  const open = useCallback(
    (id: string | null) =>
      setAddress(
        (now) => {
          const next = new URLSearchParams(now);
          if (id) next.set("call", id);
          else next.delete("call");
          return next;
        },
        { replace: id === null },
      ),
    [setAddress],
  );
  return (
    <Card withBorder component="section" aria-labelledby="calls" padding="lg">
      <Stack gap="md">
        <Title order={2} size="h4" id="calls">
          Calls
        </Title>
        <FilterBar batch={batch} filters={filters} onChange={change} />
        <List batch={batch} filters={filters} openId={openId} onOpen={open} onChange={change} />
      </Stack>
      <CallDrawer id={openId} onClose={() => open(null)} />
    </Card>
  );
}

interface ListProps {
  batch: Batch;
  filters: CallFilters;
  openId: string | null;
  onOpen: (id: string) => void;
  onChange: (change: Partial<CallFilters>) => void;
}

function List({ batch, filters, openId, onOpen, onChange }: ListProps) {
  const query = useCalls(batch, filters);
  const total = useTotal(batch, filters);
  const calls = useMemo(
    () => query.data?.pages.flatMap(({ items, askedAt }) => items.map((call) => newest(call, askedAt))) ?? [],
    [query.data],
  );
  const { fetchNextPage } = query;
  const fetchMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const retry = () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch());

  if (!query.data) {
    return query.isError ? (
      <Failure what="The calls" error={query.error} onRetry={retry} />
    ) : (
      <Stack gap={6} role="status" aria-label="Loading the calls">
        {Array.from({ length: 7 }, (_, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike
          <Skeleton key={n} h={38} />
        ))}
      </Stack>
    );
  }
  if (calls.length === 0) {
    return (
      <Stack align="center" py="xl" gap="sm">
        <Text c="dimmed">{isFiltered(filters) ? "No call matches." : "This batch has no calls."}</Text>
        {isFiltered(filters) && (
          <Button variant="default" onClick={() => onChange(NOTHING_CHOSEN)}>
            Show all calls
          </Button>
        )}
      </Stack>
    );
  }
  return (
    <Stack gap="xs" style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }} aria-busy={query.isPlaceholderData}>
      {query.isError && <Failure what="More calls" error={query.error} onRetry={retry} />}
      <CallsTable
        calls={calls}
        total={query.hasNextPage ? total : calls.length}
        listKey={JSON.stringify(filters)}
        sort={filters.sort}
        onSort={(sort) => onChange({ sort })}
        more={{
          has: query.hasNextPage,
          loading: query.isFetchingNextPage,
          failed: query.isFetchNextPageError,
          fetch: fetchMore,
        }}
        openId={openId}
        onOpen={onOpen}
      />
      <Group justify="flex-end">
        <Text size="sm" c="dimmed" role="status">
          {query.hasNextPage
            ? `${count(calls.length)} of ${total === null ? "more" : count(total)} calls loaded; scroll for the rest`
            : counted(calls.length, "call")}
        </Text>
      </Group>
    </Stack>
  );
}

/** How many calls the whole list has, null if the counts do not say. */
function useTotal(batch: Batch, { kind, reason, search }: CallFilters): number | null {
  const { data: reasons } = useQuery(reads.reasons("batches", batch.id));
  if (search) return null;
  if (reason) {
    const same = reasons?.filter((each) => each.reason === reason && (kind === null || each.call_status === kind));
    // The API names at most a hundred reasons.
    return same && same.length > 0 ? same.reduce((sum, { calls }) => sum + calls, 0) : null;
  }
  return kind ? batch[`${kind}_calls`] : batch.total_candidates;
}
