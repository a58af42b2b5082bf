import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "../../../api/client.ts";
import type { Batch } from "../../../api/types.ts";
import { usePollInterval } from "../../../live/connection.ts";
import { type CallsPage, callsKey } from "../../../live/on-calls.ts";
import { type CallFilters, isFiltered, toQuery } from "./filters.ts";

const PAGE = 100;
/** A list of more pages than this is not reloaded every few seconds. */
const MOST_PAGES_POLLED = 3;
/** Nor are more pages than this reloaded after a stop: the pages at the end are dropped. */
const MOST_PAGES_RENEWED = 20;
/** Interval at which a filtered or sorted list is reloaded while calls go on, in ms. */
const RENEW_EVERY_MS = 4_000;
/** Shortest interval as a multiple of the answer's duration: sorting 100,000 calls must not keep the server busy. */
const REST_AFTER_ANSWER = 10;

/** The calls of a batch, page by page. Reloaded when the batch is cancelled and when its last call has ended. */
export function useCalls(batch: Batch, filters: CallFilters) {
  const client = useQueryClient();
  const polling = usePollInterval();
  const moves = batch.completed_at === null && (isFiltered(filters) || filters.sort !== "turn");
  const every = polling || (moves && RENEW_EVERY_MS);

  const tookMs = useRef(0);

  // The cancelled status arrives before the cancelled rows, so the list is reloaded once more when no call is pending.
  const state = `${batch.status} ${batch.status === "cancelled" && batch.pending_calls === 0} ${batch.completed_at}`;
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    const queryKey = callsKey(batch.id);
    client.setQueriesData<InfiniteData<CallsPage>>({ queryKey }, (old) =>
      old && old.pages.length > MOST_PAGES_RENEWED
        ? { pages: old.pages.slice(0, MOST_PAGES_RENEWED), pageParams: old.pageParams.slice(0, MOST_PAGES_RENEWED) }
        : old,
    );
    void client.invalidateQueries({ queryKey });
  }, [client, batch.id, state]);

  return useInfiniteQuery({
    queryKey: [...callsKey(batch.id), filters],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }): Promise<CallsPage> => {
      const askedAt = performance.now();
      const query = { ...toQuery(filters), limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      const page = await api.GET("/v1/batches/{id}/calls", { params: { path: { id: batch.id }, query }, signal });
      tookMs.current = performance.now() - askedAt;
      return { ...page, askedAt };
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      (data?.pages.length ?? 0) <= MOST_PAGES_POLLED
        ? every && Math.max(every, tookMs.current * REST_AFTER_ANSWER)
        : false,
  });
}
