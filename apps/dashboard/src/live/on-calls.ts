import type { Page } from "@ringfence/domain";
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Call } from "../api/types.ts";

/** Key of every list of a batch's calls, whatever its filter and order. */
export const callsKey = (batchId: string) => ["calls", batchId] as const;

/** A page of calls, and when it was requested, in ms of `performance.now()`. */
export type CallsPage = Page<Call> & { askedAt: number };

/** The most recent events of calls, each with its time; the limit exceeds what arrives during any request. */
const MOST_TOLD = 5_000;
const told = new Map<string, { call: Call; at: number }>();

/** The newest state of a call in an answer: an event that arrived after the request is newer than the answer. */
export function newest(call: Call, askedAt: number): Call {
  const heard = told.get(call.id);
  return heard && heard.at > askedAt ? heard.call : call;
}

/** Clears the events, because another person uses the page now. */
export const forgetTold = (): void => told.clear();

/** Writes changed calls into the rows on the page; rows stay in place until the list is reloaded. */
export function onCalls(client: QueryClient, batchId: string, calls: readonly Call[]): void {
  const changed = new Map(calls.map((call) => [call.id, call]));
  for (const call of calls) {
    told.delete(call.id);
    told.set(call.id, { call, at: performance.now() });
  }
  for (const id of told.keys()) {
    if (told.size <= MOST_TOLD) break;
    told.delete(id);
  }
  client.setQueriesData<InfiniteData<CallsPage>>({ queryKey: callsKey(batchId) }, (old) => {
    if (!old?.pages.some((page) => page.items.some(({ id }) => changed.has(id)))) return old;
    const pages = old.pages.map((page) =>
      page.items.some(({ id }) => changed.has(id))
        ? { ...page, items: page.items.map((call) => changed.get(call.id) ?? call) }
        : page,
    );
    return { ...old, pages };
  });
}
