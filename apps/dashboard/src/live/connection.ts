import { useSyncExternalStore } from "react";

/** `live`: the server tells of each change. `polling`: it cannot, so pages ask every few seconds. */
export type Connection = "connecting" | "live" | "polling";

let connection: Connection = "connecting";
const listeners = new Set<() => void>();

/** Said by the one who holds the stream. */
export function setConnection(now: Connection): void {
  if (now === connection) return;
  connection = now;
  for (const listener of listeners) listener();
}

/** How this page hears of changes. */
export const useConnection = (): Connection =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connection,
  );

/** How often to ask while nobody tells, in ms. */
const POLL_EVERY_MS = 3_000;

/** For `refetchInterval`: only while changes are not told. */
export const usePollInterval = (): number | false => (useConnection() === "live" ? false : POLL_EVERY_MS);
