import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { promisify } from "node:util";
import {
  addToDoNotCall,
  cancelBatchCalls,
  changeCampaign,
  changeLines,
  checkReadiness,
  correctCandidate,
  createBackground,
  createCampaign,
  createWebhook,
  deleteCampaign,
  deleteCandidate,
  importCandidates,
  launchCalls,
  listAgents,
  listNumbers,
  resumeCalling,
  settleCall,
  stopCampaignCalling,
  viewLines,
} from "@ringfence/campaigns";
import { createTestbed, FROM_NUMBER, type Testbed } from "@ringfence/campaigns/testing";
import type { Role } from "@ringfence/domain";
import { createQueueHealth } from "@ringfence/queue";
import { faultOf } from "@ringfence/receivers";
import { createMetrics } from "@ringfence/runtime";
import type { RequestHandler } from "express";
import { createApp } from "../app.ts";
import { createAccess } from "../auth/access.ts";
import type { NoteWrongKey } from "../auth/wrong-keys.ts";
import { createLiveFeed } from "../live/live-feed.ts";
import { createAnswerCheck } from "./answer-check.ts";

/** The key that signs webhooks in tests. */
export const WEBHOOK_KEY = "key_that_signs_webhooks";
/** One key a role. */
export const KEYS: Record<Role, string> = { viewer: "viewer-key", operator: "operator-key", admin: "admin-key" };
/** The admin key of the environment. */
export const ADMIN_KEY = KEYS.admin;

/** Stores the keys of the roles that are not the environment's. */
const storeKeys = async (bed: Testbed): Promise<void> => {
  for (const role of ["viewer", "operator"] as const) {
    await bed.sql(
      `INSERT INTO api_keys (name, role, prefix, digest, created_by)
       VALUES ($1, $2, $3, sha256(convert_to($3, 'UTF8')), 'test') ON CONFLICT DO NOTHING`,
      [`the ${role}`, role, KEYS[role]],
    );
  }
};

/** What a request carries; the admin's key unless `key` says otherwise, `raw` bytes instead of `body` as JSON. */
export interface RequestOptions {
  key?: Role | "wrong" | null;
  body?: unknown;
  raw?: string | Uint8Array | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

/** An answer; `body` is what its JSON says, undefined if it is none. */
export interface Answer {
  status: number;
  type: string | null;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shapes they assert
  body: any;
}

function bearer(key: RequestOptions["key"] = "admin"): Record<string, string> {
  if (key === null) return {};
  return { authorization: `Bearer ${key === "wrong" ? "nobody's key" : KEYS[key]}` };
}

/** Whatever a test asks, the answer has to be one that the documentation describes. */
const checkAnswer = createAnswerCheck();

async function send(url: string, method: string, options: RequestOptions = {}): Promise<Answer> {
  const { key, body, raw, headers } = options;
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { ...bearer(key), ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(content !== undefined && { body: content, duplex: "half" }),
  } as RequestInit);
  const text = await response.text();
  const type = response.headers.get("content-type");
  checkAnswer(method, new URL(url).pathname, { status: response.status, type, text });
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    body: type?.includes("json") && text !== "" ? JSON.parse(text) : undefined,
  };
}

/** What replaces parts of a testbed; nobody is refused for asking often, or with wrong keys, unless a part does. */
type Parts = Partial<
  Pick<Testbed, "db" | "queue" | "directory"> & {
    limitRate: RequestHandler;
    noteWrongKey: NoteWrongKey;
    allowPrivate: boolean;
    basePath: string;
  }
>;

/** The whole API on a real server and port, over a testbed or over `parts` of it that replace its own, such as a queue whose Redis is away. */
export async function serveApi(bed: Testbed, parts: Parts = {}) {
  const logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    logged.push({ level, fields: { ...fields }, message });
  const log = { info: at("info"), warn: at("warn"), error: at("error") };
  const metrics = createMetrics();
  const background = createBackground(log);
  const { db, queue } = { ...bed, ...parts };
  const deps = {
    db,
    queue,
    lookups: bed.lookups,
    directory: parts.directory ?? bed.directory,
    log,
    count: metrics.count,
    background,
    queueHealth: createQueueHealth(queue),
    isSimulated: () => true,
    receivers: { faultOf: (url: string) => faultOf(url, parts.allowPrivate ?? false) },
  };
  const liveFeed = createLiveFeed({ db, viewLines: viewLines(deps), log });
  const app = createApp({
    liveFeed,
    basePath: parts.basePath ?? "",
    limitRate: parts.limitRate ?? ((_req, _res, next) => next()),
    noteWrongKey: parts.noteWrongKey ?? (async () => undefined),
    db,
    queue,
    metrics,
    log,
    access: createAccess({ db, adminKey: ADMIN_KEY, log }),
    webhookKey: WEBHOOK_KEY,
    logRequests: (_req, _res, next) => next(),
    useCases: {
      createCampaign: createCampaign(deps),
      changeCampaign: changeCampaign(deps),
      deleteCampaign: deleteCampaign(deps),
      listNumbers: listNumbers(deps),
      listAgents: listAgents(deps),
      importCandidates: importCandidates(deps),
      correctCandidate: correctCandidate(deps),
      deleteCandidate: deleteCandidate(deps),
      addToDoNotCall: addToDoNotCall(deps),
      createWebhook: createWebhook(deps),
      launchCalls: launchCalls(deps),
      cancelBatchCalls: cancelBatchCalls(deps),
      stopCampaignCalling: stopCampaignCalling(deps),
      settleCall: settleCall(deps),
      viewLines: viewLines(deps),
      checkReadiness: checkReadiness(deps),
      changeLines: changeLines(deps),
      resumeCalling: resumeCalling(deps),
    },
  });
  await storeKeys(bed);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  bed.onClose(async () => {
    liveFeed.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await background.close();
  });

  return {
    url,
    app,
    background,
    /** What the API logged. */
    logged,
    /** One request, answered. */
    request: (method: string, path: string, options?: RequestOptions): Promise<Answer> =>
      send(url + path, method, options),
    /** How many connections are open. */
    connections: promisify(server.getConnections.bind(server)),
    /** A bare connection, for bodies that no client would send. */
    socket: () => connect(port, "127.0.0.1"),
  };
}

/** A testbed with the API in front of it. */
export async function createApi() {
  const bed = await createTestbed();
  const api = await serveApi(bed);
  return {
    ...bed,
    ...api,
    bed,
    /** Launches a campaign through the API; returns the batch. */
    launch: async (campaignId: string, body: object = {}): Promise<{ id: string; total_candidates: number }> => {
      const { status, body: batch, text } = await api.request("POST", `/v1/campaigns/${campaignId}/launch`, { body });
      if (status !== 201) throw new Error(`launch answered ${status}: ${text}`);
      return batch;
    },
    /** All that a request could change in the database; not how far the jobs of a launch are on the queue. */
    everything: () =>
      bed.sql(`SELECT (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM campaigns c) AS campaigns,
        (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM candidates c) AS candidates,
        (SELECT jsonb_agg(to_jsonb(b) - 'enqueued_at' - 'enqueued_through' ORDER BY id) FROM retell_batch_calls b) AS batches,
        (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM retell_calls c) AS calls, (SELECT to_jsonb(l) - 'turn_origin' FROM lines l) AS lines,
        (SELECT jsonb_agg(to_jsonb(k) - 'last_used_at' ORDER BY id) FROM api_keys k) AS keys, (SELECT count(*) FROM sessions) AS sessions,
        (SELECT count(*) FROM sign_in_links) AS links, (SELECT jsonb_agg(to_jsonb(n) ORDER BY id) FROM do_not_call n) AS do_not_call,
        (SELECT jsonb_agg(to_jsonb(w) ORDER BY id) FROM webhooks w) AS webhooks, (SELECT jsonb_agg(to_jsonb(d) ORDER BY id) FROM webhook_deliveries d) AS deliveries, (SELECT count(*) FROM audit WHERE action NOT IN ('batch.cancel', 'campaign.stop')) AS audit`),
    /** One of each thing that a path of /v1 names, by the name that the path has for it; the candidate has no call. */
    oneOfEach: async (): Promise<Record<string, string>> => {
      const campaigns = await bed.campaign(20);
      const { body: batch } = await api.request("POST", `/v1/campaigns/${campaigns}/launch`, { body: { limit: 2 } });
      const { body: key } = await api.request("POST", "/v1/keys", { body: { name: "Any", role: "viewer" } });
      const [row] = await bed.sql<Record<"calls" | "candidates" | "do-not-call" | "webhooks" | "deliveries", string>>(
        `WITH listed AS (
           INSERT INTO do_not_call (phone_number, created_by) VALUES ('+1202' || 5550000 + (SELECT count(*) FROM do_not_call), 'test') RETURNING id
         ), webhook AS (
           INSERT INTO webhooks (url, events, secret, created_by) VALUES ('https://example.com/', '{batch.completed}', 'whsec_eA==', 'test') RETURNING id
         ), event AS (
           INSERT INTO webhook_events (type, campaign_id, batch_id, data) VALUES ('batch.completed', $2, $1, '{}') RETURNING id, seq
         ), delivery AS (
           INSERT INTO webhook_deliveries (webhook_id, event_id, lane, seq, status) SELECT w.id, e.id, $1, e.seq, 'failed' FROM webhook w, event e RETURNING id
         )
         SELECT (SELECT id FROM retell_calls WHERE batch_id = $1 ORDER BY turn LIMIT 1) AS calls,
           (SELECT id FROM candidates WHERE campaign_id = $2 ORDER BY ordinal DESC LIMIT 1) AS candidates,
           (SELECT id FROM listed) AS "do-not-call", (SELECT id FROM webhook) AS webhooks, (SELECT id FROM delivery) AS deliveries`,
        [batch.id, campaigns],
      );
      return { keys: key.id, campaigns, batches: batch.id, ...row };
    },
    /** A new stored key of this role. */
    storedKey: async (role: Role, fields: object = {}): Promise<string> => {
      const { body, text } = await api.request("POST", "/v1/keys", {
        body: { name: `stored ${role}`, role, ...fields },
      });
      if (!body.key) throw new Error(`POST /v1/keys answered ${text}`);
      return body.key;
    },
    /** Signs in with a key; returns the session as a Cookie header. */
    signIn: async (key: string): Promise<string> => {
      const { status, headers, text } = await api.request("POST", "/v1/session", { key: null, body: { key } });
      if (status !== 200) throw new Error(`POST /v1/session answered ${status}: ${text}`);
      return headers.get("set-cookie")!.split(";")[0]!;
    },
    /** Ids of a batch's calls in import order. */
    callIds: async (batchId: string): Promise<string[]> =>
      (await bed.sql<{ id: string }>("SELECT id FROM retell_calls WHERE batch_id = $1 ORDER BY turn", [batchId])).map(
        (row) => row.id,
      ),
    /** Makes a call live, as a worker would: claimed, and placed under this id of Retell's unless that is null. */
    live: async (callId: string, retellCallId: string | null = `call_${callId}`): Promise<void> => {
      const claim = await bed.db.calls.claim(callId);
      if (claim.kind !== "yours") throw new Error(`the claim was not granted: ${JSON.stringify(claim)}`);
      if (retellCallId) await bed.db.calls.recordPlaced(claim.call, retellCallId);
    },
    /** All pages of a list, and how many they were. */
    pages: async (path: string, key: Role = "admin"): Promise<{ items: Answer["body"][]; count: number }> => {
      const items: Answer["body"][] = [];
      for (let cursor: string | null = null, count = 1; ; count++) {
        const next: string = cursor ? `${path.includes("?") ? "&" : "?"}cursor=${cursor}` : "";
        const { status, body, text } = await api.request("GET", path + next, { key });
        if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
        items.push(...body.items);
        if (body.next_cursor === null) return { items, count };
        cursor = body.next_cursor;
      }
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof createApi>>;
/** A good new campaign. */
export const CAMPAIGN = { name: "Autumn", from_number: FROM_NUMBER, agent_id: "agent_1" };
/** An id that nothing has. */
export const UNKNOWN_ID = "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1";
