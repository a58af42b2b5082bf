import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiError, ask } from "../../../api/client.ts";
import type { ImportReport } from "../../../api/types.ts";
import type { Source } from "./source.ts";
import { MOST_CONVERTED, TooLargeToConvert, uploadBody } from "./upload-body.ts";

/** Sends candidates. `cancel` breaks the request off: what has not come in whole is not kept. */
export function useImport(campaignId: string) {
  const client = useQueryClient();
  const abort = useRef<AbortController | null>(null);
  const sending = useMutation({
    mutationFn: async ({ source, hasHeader, columns }: { source: Source; hasHeader: boolean; columns: string[] }) => {
      abort.current = new AbortController();
      return await ask<ImportReport>("POST", `/v1/campaigns/${campaignId}/candidates`, {
        csv: await uploadBody(source.file, source.head, hasHeader, columns),
        signal: abort.current.signal,
      });
    },
    onSettled: () => client.invalidateQueries(),
  });
  return { ...sending, cancel: () => abort.current?.abort() };
}

/** Why an import was not done, and what is known of it. */
export function importFault(error: unknown): { title: string; detail: string } {
  if (error instanceof TooLargeToConvert) {
    const detail = `Files that are not UTF-8 with commas can have ${MOST_CONVERTED / 1_000_000} MB. Save this one as "CSV UTF-8" with commas.`;
    return { title: "The file is too large to be rewritten", detail };
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return {
      title: "Broken off",
      detail:
        "If the file had come in whole, its candidates are in the campaign; else none is. Importing it again is safe.",
    };
  }
  if (!(error instanceof ApiError)) {
    return {
      title: "The file cannot be read",
      detail: "It may have been moved, or changed since it was chosen. Choose it again.",
    };
  }
  if (error.code === "away") {
    return {
      title: "No answer: the import may have been done",
      detail:
        "All of it or nothing. Importing the same file again is safe: numbers that are there count as duplicates.",
    };
  }
  const faults = error.faults.map(({ path, message }) => `${path}: ${message}`).join(". ");
  return { title: "Nothing was imported", detail: faults || error.message };
}
