import type { CallsQueue } from "@ringfence/queue";
import type { Database } from "./database/database.ts";

/** Where use cases report what they did: ids and counts, never a phone number, key or payload. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Counts events for the metrics. */
export type Count = (
  what: "dials" | "claims_refused" | "calls_settled" | "sweep_repairs" | "calls_cancelled",
  label: string,
  by?: number,
) => void;

/** The dependencies of every use case. */
export interface Deps {
  db: Database;
  queue: CallsQueue;
  log: Log;
  count: Count;
}
