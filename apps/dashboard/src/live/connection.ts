import { useSyncExternalStore } from "react";

/** `live`: the server sends each change. `polling`: the stream is down, so pages poll every few seconds. */
export type Connection = "connecting" | "live" | "polling";

let connection: Connection = "connecting";
const listeners = new Set<() => void>();

/** Set by the owner of the stream. */
export function setConnection(now: Connection): void {
  if (now === connection) return;
  connection = now;
  for (const listener of listeners) listener();
}

/** How this page gets changes. */
export const useConnection = (): Connection =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connection,
  );

/** Polling interval while the stream is down, in ms. */
const POLL_EVERY_MS = 3_000;

/** For `refetchInterval`: polls only while the stream is down. */
export const usePollInterval = (): number | false => (useConnection() === "live" ? false : POLL_EVERY_MS);
