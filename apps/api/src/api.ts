import type { Database, Log, UseCases } from "@ringfence/campaigns";
import type { CallsQueue } from "@ringfence/queue";
import type { Metrics } from "@ringfence/runtime";
import type { RequestHandler } from "express";
import type { SessionSigner } from "./auth/session-cookie.ts";
import type { NoteWrongKey } from "./auth/wrong-keys.ts";
import type { LiveFeed } from "./live/live-feed.ts";

/** What the app is made of; main.ts builds it. */
export interface Api {
  /** Every write, and the reads that need more than the database. */
  useCases: UseCases;
  /** For plain reads. */
  db: Database;
  queue: CallsQueue;
  /** Writes sessions into cookies, and reads them from cookies. */
  sessions: SessionSigner;
  liveFeed: LiveFeed;
  /** The path under which a proxy serves this app, such as "/dialer"; "" stands for the root of its host. */
  basePath: string;
  /** Refuses callers who send too many requests. */
  limitRate: RequestHandler;
  /** Refuses addresses that send many wrong keys. */
  noteWrongKey: NoteWrongKey;
  /** Whether a webhook with this signature comes from Retell. */
  verifyWebhook: (rawBody: string, signature: string | undefined) => Promise<boolean>;
  metrics: Metrics;
  log: Log;
  /** Logs each request, without numbers, keys and bodies. */
  logRequests: RequestHandler;
}

/** What the handler of an operation receives: every use case by its name, and the rest of the API that it may need. */
export type Given = UseCases & Pick<Api, "db" | "sessions" | "liveFeed" | "basePath" | "noteWrongKey" | "log">;
