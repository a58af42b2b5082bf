import type { Page, RetellAgent, RetellNumber } from "@ringfence/domain";
import { QueryClient, queryOptions } from "@tanstack/react-query";
import { forgetTold, newest } from "../live/on-calls.ts";
import { ApiError, ask } from "./client.ts";
import type { Audit, Batch, Call, Campaign, Key, LaunchPreview, Lines, ReasonCount, Session } from "./types.ts";

/** Attempts after a failed one, where asking again may help; then the page shows the error with a button. */
const MOST_RETRIES = 2;
const NEWEST = 100;

/** The page's memory of what the API said. Whatever the server's state is, requests are sent: the browser's guess of being offline decides nothing. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: "always",
      retry: (failures, error) => error instanceof ApiError && error.isAway && failures < MOST_RETRIES,
      retryDelay: 1_000,
      staleTime: 2_000,
    },
    mutations: { networkMode: "always" },
  },
});

const list = async <Item>(path: string): Promise<Item[]> => (await ask<Page<Item>>("GET", path)).items;

const suggestions = <Item>(what: "numbers" | "agents") =>
  queryOptions({
    queryKey: ["retell", what],
    staleTime: 60_000,
    retry: false,
    queryFn: async () => (await ask<{ items: Item[] }>("GET", `/v1/retell/${what}`)).items,
  });

/** Everything that pages read, by the key under which it is kept. Live events write to the same keys. */
export const reads = {
  session: () =>
    queryOptions({
      queryKey: ["session"],
      staleTime: 60_000,
      queryFn: async (): Promise<Session | null> => {
        try {
          return await ask<Session>("GET", "/v1/session");
        } catch (error) {
          if (error instanceof ApiError && error.code === "unauthenticated") return null;
          throw error;
        }
      },
    }),
  campaigns: () =>
    queryOptions({ queryKey: ["campaigns"], queryFn: () => list<Campaign>(`/v1/campaigns?limit=${NEWEST}`) }),
  campaign: (id: string) =>
    queryOptions({ queryKey: ["campaign", id], queryFn: () => ask<Campaign>("GET", `/v1/campaigns/${id}`) }),
  batches: (campaignId: string) =>
    queryOptions({
      queryKey: ["batches", campaignId],
      queryFn: () => list<Batch>(`/v1/batches?campaign_id=${campaignId}&limit=${NEWEST}`),
    }),
  batch: (id: string) =>
    queryOptions({ queryKey: ["batch", id], queryFn: () => ask<Batch>("GET", `/v1/batches/${id}`) }),
  call: (id: string) =>
    queryOptions({
      queryKey: ["call", id],
      queryFn: async () => {
        const askedAt = performance.now();
        return newest(await ask<Call>("GET", `/v1/calls/${id}`), askedAt);
      },
    }),
  reasons: (of: "batches" | "campaigns", id: string) =>
    queryOptions({
      queryKey: ["reasons", of, id],
      staleTime: 5_000,
      queryFn: () => list<ReasonCount>(`/v1/${of}/${id}/reasons`),
    }),
  launchPreview: (campaignId: string, include: "undialed" | "unreached") =>
    queryOptions({
      queryKey: ["launch-preview", campaignId, include],
      staleTime: 0,
      queryFn: () => ask<LaunchPreview>("GET", `/v1/campaigns/${campaignId}/launch?include=${include}`),
    }),
  /** What the Retell account has to call with: suggestions, without which a form does as well. */
  retellNumbers: () => suggestions<RetellNumber>("numbers"),
  retellAgents: () => suggestions<RetellAgent>("agents"),
  lines: () => queryOptions({ queryKey: ["lines"], queryFn: () => ask<Lines>("GET", "/v1/lines") }),
  keys: () => queryOptions({ queryKey: ["keys"], queryFn: () => list<Key>("/v1/keys?limit=1000") }),
  audit: (campaignId: string | null) =>
    queryOptions({
      queryKey: ["audit", campaignId],
      queryFn: () => list<Audit>(`/v1/audit?limit=${NEWEST}${campaignId ? `&campaign_id=${campaignId}` : ""}`),
    }),
};

/** Another person, or nobody (null), sits at the page now: nothing of what the one before saw stays. */
export function startOver(session: Session | null): void {
  forgetTold();
  queryClient.setQueryData(reads.session().queryKey, session);
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
}
