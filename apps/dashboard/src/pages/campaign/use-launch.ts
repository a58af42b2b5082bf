import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, LONG_TIMEOUT_MS } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { reads } from "../../api/queries.ts";
import type { Batch } from "../../api/types.ts";

/** Whom to launch. */
export interface Wish {
  include: "undialed" | "unreached";
  limit: number;
}

/** Campaigns with a launch under way, whatever page is shown, because a second launch would call the next people. */
const underWay = new Set<string>();

/**
 * Launches a batch and opens its page. Sends one request, however often `launch` is called meanwhile. `begun` are the
 * batches that have appeared since a launch without an answer: it probably made one of them.
 */
export function useLaunch(campaignId: string) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [begun, setBegun] = useState<Batch[]>([]);
  const query = reads.batches(campaignId);
  const sending = useMutation({
    mutationFn: (wish: Wish) =>
      api.POST("/v1/campaigns/{id}/launch", {
        params: { path: { id: campaignId } },
        body: wish,
        timeoutMs: LONG_TIMEOUT_MS,
      }),
    onSuccess: (batch) => {
      client.setQueryData(reads.batch(batch.id).queryKey, batch);
      navigate(`/batches/${batch.id}`);
    },
  });
  const launch = async (wish: Wish): Promise<void> => {
    if (underWay.has(campaignId)) return;
    underWay.add(campaignId);
    const before = new Set(client.getQueryData(query.queryKey)?.map(({ id }) => id));
    try {
      await sending.mutateAsync(wish);
    } catch (error) {
      if (codeOf(error) !== "away") return;
      const now = await client.fetchQuery({ ...query, staleTime: 0 }).catch(() => null);
      setBegun(now?.filter(({ id }) => !before.has(id)) ?? []);
    } finally {
      underWay.delete(campaignId);
      void client.invalidateQueries();
    }
  };
  return { launch, pending: sending.isPending, error: sending.error, begun };
}
