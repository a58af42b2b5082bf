import type { CallsQueue } from "@ringfence/queue";
import type { Database } from "./database/database.ts";

/** Where use cases tell what they did: ids and counts, never a number, key or payload. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Counts what happened, for the metrics. */
export type Count = (
  what: "dials" | "claims_refused" | "calls_settled" | "sweep_repairs" | "calls_cancelled",
  label: string,
  by?: number,
) => void;

/** What every use case is given. */
export interface Deps {
  db: Database;
  queue: CallsQueue;
  log: Log;
  count: Count;
}
