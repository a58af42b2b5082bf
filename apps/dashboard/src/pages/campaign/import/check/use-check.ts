import type { Reading } from "@ringfence/intake";
import { useEffect, useRef, useState } from "react";
import type { Opened } from "../plan.ts";
import { type Progress, type Sifted, siftSource } from "./sift-source.ts";

/** The progress and the result of reading a whole source. */
export interface Check {
  progress: Progress;
  sifted: Sifted | null;
  error: unknown;
}

const BEGUN: Check = { progress: { rows: 0, share: null }, sifted: null, error: null };

/**
 * Reads the whole source as it will be imported, and again whenever a setting of the reading changes. `whole` waits for the
 * current reading; its result is what is sent. Without a column of numbers nothing is read.
 */
export function useCheck(opened: Opened, reading: Reading): Check & { whole: () => Promise<Sifted> } {
  const [check, setCheck] = useState(BEGUN);
  const running = useRef<Promise<Sifted> | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    const change = (to: Check) => signal.aborted || setCheck(to);
    change(BEGUN);
    if (reading.mapping.phones.length === 0) return;
    const sifting = siftSource(opened, reading, {
      signal,
      onProgress: (progress) => change({ ...BEGUN, progress }),
    });
    running.current = sifting;
    sifting.then(
      (sifted) => change({ progress: { rows: sifted.rows, share: 1 }, sifted, error: null }),
      (error: unknown) => change({ ...BEGUN, error }),
    );
    return () => gone.abort();
  }, [opened, reading]);
  return { ...check, whole: () => running.current! };
}
