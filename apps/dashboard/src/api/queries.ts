import { QueryClient, queryOptions } from "@tanstack/react-query";
import { forgetTold, newest } from "../live/on-calls.ts";
import { api } from "./client.ts";
import { codeOf, isAway } from "./errors.ts";
import type { Session } from "./types.ts";

/** Retries after a failed attempt, if a retry may help; then the page shows the error with a button. */
const MOST_RETRIES = 2;
const NEWEST = 100;

/** The page's cache of API answers. Requests are always sent, whether or not the browser believes that it is offline. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: "always",
      retry: (failures, error) => isAway(error) && failures < MOST_RETRIES,
      retryDelay: 1_000,
      staleTime: 2_000,
    },
    mutations: { networkMode: "always" },
  },
});

const itemsOf = <Item>({ items }: { items: Item[] }): Item[] => items;
const byId = (id: string) => ({ params: { path: { id } } });
const SUGGESTIONS = { staleTime: 60_000, retry: false } as const;

/** Everything that pages read, by its cache key. Live events write to the same keys. */
export const reads = {
  session: () =>
    queryOptions({
      queryKey: ["session"],
      staleTime: 60_000,
      queryFn: async (): Promise<Session | null> => {
        try {
          return await api.GET("/v1/session");
        } catch (error) {
          if (codeOf(error) === "unauthenticated") return null;
          throw error;
        }
      },
    }),
  campaigns: () =>
    queryOptions({
      queryKey: ["campaigns"],
      queryFn: () => api.GET("/v1/campaigns", { params: { query: { limit: NEWEST } } }).then(itemsOf),
    }),
  campaign: (id: string) =>
    queryOptions({ queryKey: ["campaign", id], queryFn: () => api.GET("/v1/campaigns/{id}", byId(id)) }),
  batches: (campaignId: string) =>
    queryOptions({
      queryKey: ["batches", campaignId],
      queryFn: () =>
        api.GET("/v1/batches", { params: { query: { campaign_id: campaignId, limit: NEWEST } } }).then(itemsOf),
    }),
  batch: (id: string) =>
    queryOptions({ queryKey: ["batch", id], queryFn: () => api.GET("/v1/batches/{id}", byId(id)) }),
  receipts: (batchId: string) =>
    queryOptions({
      queryKey: ["receipts", batchId],
      queryFn: () => api.GET("/v1/batches/{id}/receipts", byId(batchId)).then(itemsOf),
    }),
  call: (id: string) =>
    queryOptions({
      queryKey: ["call", id],
      queryFn: async () => {
        const askedAt = performance.now();
        return newest(await api.GET("/v1/calls/{id}", byId(id)), askedAt);
      },
    }),
  reasons: (of: "batches" | "campaigns", id: string) =>
    queryOptions({
      queryKey: ["reasons", of, id],
      staleTime: 5_000,
      queryFn: () =>
        (of === "batches"
          ? api.GET("/v1/batches/{id}/reasons", byId(id))
          : api.GET("/v1/campaigns/{id}/reasons", byId(id))
        ).then(itemsOf),
    }),
  launchPreview: (campaignId: string, include: "undialed" | "unreached") =>
    queryOptions({
      queryKey: ["launch-preview", campaignId, include],
      staleTime: 0,
      queryFn: () => api.GET("/v1/campaigns/{id}/launch", { params: { path: { id: campaignId }, query: { include } } }),
    }),
  /** The numbers and agents of the Retell account: suggestions, without which a form also works. */
  retellNumbers: () =>
    queryOptions({
      queryKey: ["retell", "numbers"],
      queryFn: () => api.GET("/v1/retell/numbers").then(itemsOf),
      ...SUGGESTIONS,
    }),
  retellAgents: () =>
    queryOptions({
      queryKey: ["retell", "agents"],
      queryFn: () => api.GET("/v1/retell/agents").then(itemsOf),
      ...SUGGESTIONS,
    }),
  lines: () => queryOptions({ queryKey: ["lines"], queryFn: () => api.GET("/v1/lines") }),
  keys: () =>
    queryOptions({
      queryKey: ["keys"],
      queryFn: () => api.GET("/v1/keys", { params: { query: { limit: 1_000 } } }).then(itemsOf),
    }),
  audit: (campaignId: string | null) =>
    queryOptions({
      queryKey: ["audit", campaignId],
      queryFn: () => {
        const query = { limit: NEWEST, ...(campaignId && { campaign_id: campaignId }) };
        return api.GET("/v1/audit", { params: { query } }).then(itemsOf);
      },
    }),
};

/** Sets who is signed in, null for nobody, and clears everything that the previous person saw. */
export function startOver(session: Session | null): void {
  forgetTold();
  queryClient.setQueryData(reads.session().queryKey, session);
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
}
