import type { Reading } from "@ringfence/intake";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, LONG_TIMEOUT_MS } from "../../../api/client.ts";
import type { ImportReport } from "../../../api/types.ts";
import { type Sifted, siftSource } from "./check/sift-source.ts";
import type { Opened } from "./plan.ts";

/** What to do with people who are already in the campaign. */
export type OnDuplicate = "skip" | "update";

/** An import to do: the table, how it is read, and its whole content once it has been read. */
export interface ImportOrder {
  opened: Opened;
  reading: Reading;
  onDuplicate: OnDuplicate;
  whole: () => Promise<Sifted>;
}

/** The result of an import. */
export interface ImportOutcome {
  created: number;
  updated: number;
  duplicates: number;
  /** How many of the created are on the do-not-call list. */
  listed: number;
  /** Accepted and rejected rows; rows that the server rejected are among the latter. */
  sifted: Sifted;
  /** Rows that the server rejected without naming them. */
  unnamed: number;
}

/** Most rejected rows that the server is asked to name. */
const MOST_REJECTED = 100_000;
const NOTHING = { created: 0, updated: 0, duplicates: 0, listed: 0 };

/**
 * Sends candidates. `cancel` aborts the request: an incomplete import stores nothing. Before anything was sent the
 * outcome is then null.
 */
export function useImport(campaignId: string) {
  const client = useQueryClient();
  const abort = useRef<AbortController | null>(null);
  const sending = useMutation({
    mutationFn: async ({ opened, reading, onDuplicate, whole }: ImportOrder): Promise<ImportOutcome | null> => {
      abort.current = new AbortController();
      const { signal } = abort.current;
      const sifted = await Promise.race([whole(), aborted(signal)]);
      if (!sifted) return null;
      if (sifted.taken === 0) return { ...NOTHING, sifted, unnamed: 0 };
      const answer = await api.importCandidates(campaignId, sifted.body, "application/x-ndjson", {
        query: { on_duplicate: onDuplicate, rejected_limit: MOST_REJECTED },
        timeoutMs: LONG_TIMEOUT_MS,
        signal,
      });
      return {
        created: answer.created,
        updated: answer.updated,
        duplicates: answer.duplicates,
        listed: answer.on_do_not_call,
        sifted: answer.rejected.length === 0 ? sifted : await withTurnedDown(opened, reading, answer.rejected),
        unnamed: answer.rejected_count - answer.rejected.length,
      };
    },
    onSettled: () => client.invalidateQueries(),
  });
  return { ...sending, cancel: () => abort.current?.abort() };
}

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));

/** The server counts the rows that were sent; the file has them whole. */
const withTurnedDown = (opened: Opened, reading: Reading, rejected: ImportReport["rejected"]): Promise<Sifted> =>
  siftSource(opened, reading, { turnedDown: new Map(rejected.map(({ row, reason }) => [row, reason])) });
