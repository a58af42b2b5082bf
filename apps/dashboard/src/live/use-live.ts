import type { Json, LiveEvents } from "@ringfence/domain";
import { type InfiniteData, type Query, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { reads } from "../api/queries.ts";
import type { Batch, Call, Campaign, ReasonCount } from "../api/types.ts";
import { BASE_PATH } from "../base-path.ts";
import { setConnection } from "./connection.ts";
import { mayBeOlder } from "./counted.ts";
import { type CallsPage, callsKey, onCalls } from "./on-calls.ts";

/** What a page watches: one batch with its calls, the batches of a campaign, or every unfinished batch. */
export interface Topic {
  batchId?: string | undefined;
  campaignId?: string | undefined;
}

/** The server sends something at least every 15 s; a stream silent for this long is dead, in ms. */
const SILENCE_MS = 40_000;
const LONGEST_WAIT_MS = 10_000;
/** A list of more pages than this is not reloaded while calls go on. */
const MOST_PAGES_RENEWED = 3;
/** What people change besides calls: reloaded after each act. */
const CHANGED_BY_ACTS = [["campaign"], ["campaigns"], ["candidates"], ["keys"]];

/**
 * Keeps the page up to date with the server, through server-sent events. A lost stream is reopened, and everything
 * shown is then reloaded. A hidden page holds no stream: browsers allow six connections to a server, and a
 * stop must never wait for one.
 */
export function useLive({ batchId, campaignId }: Topic): void {
  const client = useQueryClient();

  useEffect(() => {
    const query = batchId ? `?batch_id=${batchId}` : campaignId ? `?campaign_id=${campaignId}` : "";
    let source: EventSource | null = null;
    let attempt = 0;
    let reopening: number | undefined;
    let silence: number | undefined;

    const alive = () => {
      clearTimeout(silence);
      silence = window.setTimeout(lose, SILENCE_MS);
    };
    const hear = <Name extends keyof LiveEvents>(name: Name, take: (data: Json<LiveEvents[Name]>) => void) =>
      source?.addEventListener(name, (event) => {
        alive();
        take(JSON.parse(event.data));
      });
    // The answer to an earlier request must not overwrite a later event; but a first request is never cancelled.
    const tell = async <Data>(
      key: readonly unknown[],
      update: (old: Data | undefined) => Data | undefined,
      updatedAt = Date.now(),
    ) => {
      if (update(client.getQueryData<Data>(key)) === undefined) return;
      await client.cancelQueries({ queryKey: key, exact: true }, { revert: true });
      client.setQueryData<Data>(key, update, { updatedAt });
    };
    const tellCounted = async <Data>(key: readonly unknown[], ageMs: number, update: (old: Data) => Data) => {
      const state = client.getQueryState<Data>(key);
      if (state?.data === undefined) return;
      if (mayBeOlder(state, ageMs, Date.now())) return client.invalidateQueries({ queryKey: key, exact: true });
      await tell<Data>(key, (old) => old && update(old), state.dataUpdatedAt);
    };
    const takeBatch = (batch: Batch) => {
      void tell<Batch>(reads.batch(batch.id).queryKey, () => batch);
      void tell<Batch[]>(reads.batches(batch.campaign_id).queryKey, (old) =>
        old?.some(({ id }) => id === batch.id)
          ? old.map((each) => (each.id === batch.id ? batch : each))
          : old && [batch, ...old],
      );
    };

    const open = () => {
      clearTimeout(reopening);
      if (source || document.hidden) return;
      const again = attempt > 0;
      let heardOfActs = false;
      source = new EventSource(`${BASE_PATH}/v1/events${query}`);
      alive();
      source.onopen = () => {
        attempt = 0;
        setConnection("live");
        if (again) void client.invalidateQueries();
      };
      source.onerror = lose;
      hear("batch", takeBatch);
      hear("lines", (lines) => void tell(reads.lines().queryKey, () => lines));
      hear("call", ({ batch_id, calls, others }) => {
        for (const call of calls) client.setQueryData<Call>(reads.call(call.id).queryKey, (old) => old && call);
        onCalls(client, batch_id, calls);
        // A long list is not reloaded for a few rows, only when the batch ends.
        const isShort = ({ state }: Query) => pagesOf(state.data) <= MOST_PAGES_RENEWED;
        if (others) void client.invalidateQueries({ queryKey: callsKey(batch_id), predicate: isShort });
      });
      hear("campaign", ({ campaign, age_ms }) => {
        void tellCounted<Campaign>(reads.campaign(campaign.id).queryKey, age_ms, () => campaign);
        void tellCounted<Campaign[]>(reads.campaigns().queryKey, age_ms, (old) =>
          old.map((each) => (each.id === campaign.id ? campaign : each)),
        );
      });
      hear("reasons", ({ batch_id, campaign_id, items, age_ms }) => {
        const key = batch_id ? reads.reasons("batches", batch_id) : reads.reasons("campaigns", campaign_id ?? "");
        void tellCounted<ReasonCount[]>(key.queryKey, age_ms, () => items);
      });
      hear("audit", () => {
        void client.invalidateQueries({ queryKey: ["audit"] });
        // The first event only repeats the current state, for a page that loaded a moment too early.
        if (heardOfActs) for (const queryKey of CHANGED_BY_ACTS) void client.invalidateQueries({ queryKey });
        heardOfActs = true;
      });
      hear("ping", () => undefined);
    };
    const close = () => {
      clearTimeout(silence);
      source?.close();
      source = null;
    };
    const lose = () => {
      close();
      setConnection("polling");
      attempt++;
      clearTimeout(reopening);
      reopening = window.setTimeout(open, Math.min(1_000 * attempt, LONGEST_WAIT_MS));
    };
    const onVisibility = () => {
      if (!document.hidden) return open();
      close();
      setConnection("connecting");
      attempt = Math.max(attempt, 1);
    };

    setConnection("connecting");
    open();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(reopening);
      close();
      setConnection("connecting");
    };
  }, [client, batchId, campaignId]);
}

const pagesOf = (data: unknown) => (data as InfiniteData<CallsPage> | undefined)?.pages.length ?? 0;

/** Whether a campaign's figures may still change by themselves. */
export const isMoving = (campaign: Pick<Campaign, "pending_calls" | "in_progress_calls">): boolean =>
  campaign.pending_calls + campaign.in_progress_calls > 0;
