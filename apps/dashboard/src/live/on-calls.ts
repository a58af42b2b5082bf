import type { Page } from "@ringfence/domain";
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Call } from "../api/types.ts";

/** Key of every list of a batch's calls, whatever its filter and order. */
export const callsKey = (batchId: string) => ["calls", batchId] as const;

/** Puts calls that changed into the rows that the page has; rows stay where they are until the list is asked for anew. */
export function onCalls(client: QueryClient, batchId: string, calls: readonly Call[]): void {
  const changed = new Map(calls.map((call) => [call.id, call]));
  client.setQueriesData<InfiniteData<Page<Call>>>({ queryKey: callsKey(batchId) }, (old) => {
    if (!old?.pages.some((page) => page.items.some(({ id }) => changed.has(id)))) return old;
    const pages = old.pages.map((page) =>
      page.items.some(({ id }) => changed.has(id))
        ? { ...page, items: page.items.map((call) => changed.get(call.id) ?? call) }
        : page,
    );
    return { ...old, pages };
  });
}
