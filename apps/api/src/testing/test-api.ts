import { FROM_NUMBER, openBed } from "@ringfence/campaigns/testing";
import type { Role } from "@ringfence/domain";
import type { Answer } from "./send-request.ts";
import { serveApi } from "./serve-api.ts";

/** A bed with the API in front of it. */
export async function createApi() {
  const bed = await openBed();
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
    /** Everything that a request could change in the database, as one text, which compares fast, except how many jobs of a launch are on the queue. */
    everything: () =>
      bed.sql(`SELECT jsonb_pretty(to_jsonb(everything)) AS everything FROM (SELECT (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM campaigns c) AS campaigns,
        (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM candidates c) AS candidates,
        (SELECT jsonb_agg(to_jsonb(b) - 'enqueued_at' - 'enqueued_through' ORDER BY id) FROM retell_batch_calls b) AS batches,
        (SELECT jsonb_agg(to_jsonb(c) ORDER BY id) FROM retell_calls c) AS calls, (SELECT to_jsonb(l) - 'turn_origin' FROM lines l) AS lines,
        (SELECT jsonb_agg(to_jsonb(k) - 'last_used_at' ORDER BY id) FROM api_keys k) AS keys, (SELECT count(*) FROM sessions) AS sessions,
        (SELECT count(*) FROM sign_in_links) AS links, (SELECT jsonb_agg(to_jsonb(n) ORDER BY id) FROM do_not_call n) AS do_not_call,
        (SELECT jsonb_agg(to_jsonb(w) ORDER BY id) FROM webhooks w) AS webhooks, (SELECT jsonb_agg(to_jsonb(d) ORDER BY id) FROM webhook_deliveries d) AS deliveries, (SELECT count(*) FROM audit WHERE action NOT IN ('batch.cancel', 'campaign.stop')) AS audit) everything`),
    /** One resource of each kind, by its collection in the path; the candidate has no call. */
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
      const claim = await bed.ask(callId);
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

/** An API for all tests of a file, opened before the first test and closed after the last; `each` opens a new API for every test. */
export function useApi({ each = false } = {}): TestApi {
  const api = {} as TestApi;
  const [before, after] = each ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(async () => {
    Object.assign(api, await createApi());
  });
  after(() => api.close());
  return api;
}

/** A valid new campaign. */
export const CAMPAIGN = { name: "Autumn", from_number: FROM_NUMBER, agent_id: "agent_1" };
/** An id that does not exist. */
export const UNKNOWN_ID = "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1";
