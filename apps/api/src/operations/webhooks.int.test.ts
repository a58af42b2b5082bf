import { EVENT_TYPES } from "@ringfence/domain";
import { serveApi } from "../testing/serve-api.ts";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const api = useApi();
afterEach(async () => {
  await api.sql("DELETE FROM webhooks");
});

const URL_OF_OURS = "https://example.com/ringfence";
const create = (body: object, headers: Record<string, string> = {}) =>
  api.request("POST", "/v1/webhooks", { body, headers });
const made = async () => (await create({ url: URL_OF_OURS, events: ["call.completed"] })).body;

test("a webhook is created, shown without its secret, and deleted", async () => {
  const { status, body, headers } = await create({ url: URL_OF_OURS, events: [...EVENT_TYPES] });
  expect(status).toBe(201);
  expect(headers.get("location")).toBe(`/v1/webhooks/${body.id}`);
  expect(body).toMatchObject({ url: URL_OF_OURS, events: EVENT_TYPES, pending_deliveries: 0, failed_deliveries: 0 });
  expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const { secret: _, ...shown } = body;
  expect((await api.request("GET", `/v1/webhooks/${body.id}`)).body).toEqual(shown);
  expect((await api.request("GET", "/v1/webhooks")).body.items).toEqual([shown]);
  expect(await api.request("DELETE", `/v1/webhooks/${body.id}`)).toMatchObject({ status: 204 });
  expect(await api.request("DELETE", `/v1/webhooks/${body.id}`)).toMatchObject({ status: 404 });
  expect(JSON.stringify(api.logged)).not.toContain(body.secret);
  expect((await api.request("GET", "/v1/audit?limit=2")).body.items).toMatchObject([
    { action: "webhook.delete", detail: { id: body.id } },
    { action: "webhook.create", detail: { host: "example.com", events: EVENT_TYPES } },
  ]);
});

test.each<[string, object, string]>([
  ["no address", { events: ["call.completed"] }, "url"],
  ["no valid address", { url: "example.com", events: ["call.completed"] }, "url"],
  ["an address without TLS", { url: "http://example.com/", events: ["call.completed"] }, "url"],
  ["a private address", { url: "https://192.168.1.1/", events: ["call.completed"] }, "url"],
  ["this machine", { url: "https://[::1]/", events: ["call.completed"] }, "url"],
  ["a password in it", { url: "https://a:b@example.com/", events: ["call.completed"] }, "url"],
  ["no event", { url: URL_OF_OURS, events: [] }, "events"],
  ["an event twice", { url: URL_OF_OURS, events: ["call.failed", "call.failed"] }, "events"],
  ["an unknown event", { url: URL_OF_OURS, events: ["call.started"] }, "events.0"],
  ["another field", { url: URL_OF_OURS, events: ["call.failed"], secret: "mine" }, "secret"],
])("a webhook with %s is refused, and the answer names the field", async (_, body, path) => {
  const { status, body: problem } = await create(body);
  expect({ status, path: problem.errors[0].path }).toEqual({ status: 400, path });
  expect((await api.request("GET", "/v1/webhooks")).body.items).toEqual([]);
});

test("private addresses may be used if the setting allows it", async () => {
  const allowing = await serveApi(api.bed, { allowPrivate: true });
  const body = { url: "http://127.0.0.1:9000/", events: ["call.completed"] };
  expect(await allowing.request("POST", "/v1/webhooks", { body })).toMatchObject({ status: 201 });
});

test("at most fifty webhooks may exist", async () => {
  await api.sql(
    "INSERT INTO webhooks (url, events, secret, created_by) SELECT 'https://example.com/' || n, '{call.failed}', 's', 'test' FROM generate_series(1, 50) n",
  );
  expect(await create({ url: URL_OF_OURS, events: ["call.failed"] })).toMatchObject({
    status: 409,
    body: { code: "too_many_webhooks" },
  });
});

test("an Idempotency-Key is ignored where a secret is created: nothing is stored under it", async () => {
  const headers = { "idempotency-key": "a-webhook" };
  const first = await create({ url: URL_OF_OURS, events: ["call.failed"] }, headers);
  const second = await create({ url: URL_OF_OURS, events: ["call.failed"] }, headers);
  expect(second.body.id).not.toBe(first.body.id);
  expect(await api.sql("SELECT 1 FROM idempotency_keys WHERE key = 'a-webhook'")).toEqual([]);
});

describe("deliveries", () => {
  const delivered = async () => {
    const { id } = await made();
    const campaign = await api.campaign(3);
    const batch = (await api.launch(campaign)).id;
    for (const callId of await api.callIds(batch)) {
      await api.live(callId);
      await api.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [callId]);
    }
    await api.sql(
      `UPDATE webhook_deliveries SET status = 'delivered', attempts = 2, response_status = 204, duration_ms = 12, attempted_at = clock_timestamp()
       WHERE webhook_id = $1 AND seq < (SELECT max(seq) FROM webhook_deliveries)`,
      [id],
    );
    return { id, batch, campaign };
  };

  test("a list is newest first, in pages, and can be filtered by status", async () => {
    const { id, batch, campaign } = await delivered();
    const { items } = await api.pages(`/v1/webhooks/${id}/deliveries?limit=2`);
    expect(items).toHaveLength(3);
    expect(items[0]).toMatchObject({
      webhook_id: id,
      type: "call.completed",
      batch_id: batch,
      campaign_id: campaign,
      status: "pending",
      attempts: 0,
      next_attempt_at: expect.any(String),
      attempted_at: null,
      error: null,
    });
    expect(items[1]).toMatchObject({ status: "delivered", attempts: 2, response_status: 204, next_attempt_at: null });
    expect((await api.request("GET", `/v1/webhooks/${id}/deliveries?status=pending`)).body.items).toHaveLength(1);
    expect((await api.request("GET", `/v1/webhooks/${id}`)).body).toMatchObject({ pending_deliveries: 1 });
    expect(await api.request("GET", `/v1/webhooks/${UNKNOWN_ID}/deliveries`)).toMatchObject({ status: 404 });
  });

  test("a replay sends all since a time, or a single one, again", async () => {
    const { id } = await delivered();
    const replay = (body: object) => api.request("POST", `/v1/webhooks/${id}/replay`, { body });
    expect((await replay({ since: "2026-01-01T00:00:00Z", status: "failed" })).body).toEqual({ replayed: 0 });
    expect((await replay({ since: "2126-01-01T00:00:00Z" })).body).toEqual({ replayed: 0 });
    expect((await replay({ since: "2026-01-01T00:00:00Z" })).body).toEqual({ replayed: 2 });
    expect(await replay({})).toMatchObject({ status: 400, body: { errors: [{ path: "since" }] } });
    await api.sql("UPDATE webhook_deliveries SET status = 'failed', attempts = 9");
    const [one] = (await api.request("GET", `/v1/webhooks/${id}/deliveries`)).body.items;
    expect(await api.request("POST", `/v1/deliveries/${one.id}/replay`)).toMatchObject({
      status: 200,
      body: { id: one.id, event_id: one.event_id, status: "pending", attempts: 0 },
    });
    expect(await api.request("POST", `/v1/deliveries/${UNKNOWN_ID}/replay`)).toMatchObject({ status: 404 });
  });
});
