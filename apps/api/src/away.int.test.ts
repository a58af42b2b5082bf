import { createHmac } from "node:crypto";
import { openDatabase } from "@ringfence/campaigns";
import { openCallsQueue } from "@ringfence/queue";
import { brokenBooks, until } from "@ringfence/testkit";
import { serveApi, WEBHOOK_KEY } from "./testing/serve-api.ts";
import { CAMPAIGN, createApi, type TestApi } from "./testing/test-api.ts";
import { openProxy } from "./testing/test-proxy.ts";

/** Nothing listens on this port ("discard"). */
const NOBODY = "127.0.0.1:9";

let api: TestApi;
beforeEach(async () => {
  api = await createApi();
});
afterEach(async () => {
  expect(await brokenBooks(api)).toEqual([]);
  await api.close();
});

type Served = Awaited<ReturnType<typeof serveApi>>;

/** An API whose Redis was never there. */
async function neverThere(): Promise<Served> {
  const queue = openCallsQueue(`redis://${NOBODY}`, api.prefix, () => undefined);
  api.onClose(queue.close);
  return await serveApi(api.bed, { queue });
}

/** An API whose Redis was there and is gone. */
async function gone(): Promise<Served> {
  const proxy = await openProxy(api.redisUrl);
  const queue = openCallsQueue(proxy.url, api.prefix, () => undefined);
  api.onClose(async () => {
    await queue.close();
    await proxy.cut();
  });
  const served = await serveApi(api.bed, { queue });
  await until("Redis is there", async () => (await served.request("GET", "/readyz")).status === 200);
  await proxy.cut();
  return served;
}

test.each([
  ["never there", neverThere],
  ["there and gone", gone],
])(
  "with Redis %s a launch is 503 with nothing done, readiness reports it, every other request is answered",
  async (_what, withoutRedis) => {
    const campaign = await api.campaign(5);
    const { id: batch } = await api.launch(campaign, { limit: 3 });
    await until("its jobs are queued", async () => (await api.queue.counts()).waiting === 3);
    const [live] = (await api.callIds(batch)) as [string];
    await api.live(live, "call_live");
    const { request, logged } = await withoutRedis();

    const before = await api.everything();
    const launch = await request("POST", `/v1/campaigns/${campaign}/launch`);
    expect(launch).toMatchObject({
      status: 503,
      type: expect.stringContaining("problem+json"),
      body: { code: "unavailable" },
    });
    expect(launch.headers.get("retry-after")).toBe("1");
    expect(await api.everything()).toEqual(before);
    expect(logged.filter(({ level }) => level === "error")).toHaveLength(1);

    const reads = [
      "/v1/campaigns",
      `/v1/campaigns/${campaign}`,
      "/v1/batches",
      `/v1/batches/${batch}/calls`,
      `/v1/calls/${live}`,
      "/v1/lines",
    ];
    for (const path of reads)
      expect({ path, status: (await request("GET", path)).status }).toEqual({ path, status: 200 });
    await expectHealthToSaySo(request);

    const event = JSON.stringify({
      event: "call_ended",
      call: { call_id: "call_live", disconnection_reason: "user_hangup" },
    });
    const at = Date.now();
    const digest = createHmac("sha256", WEBHOOK_KEY).update(event).update(String(at)).digest("hex");
    const [settled, changed, resumed, created, imported] = await Promise.all([
      request("POST", "/webhooks/retell", { raw: event, headers: { "x-retell-signature": `v=${at},d=${digest}` } }),
      request("PUT", "/v1/lines", { body: { limit: 9 } }),
      request("POST", "/v1/lines/resume"),
      request("POST", "/v1/campaigns", { body: CAMPAIGN }),
      request("POST", `/v1/campaigns/${campaign}/candidates`, {
        body: { candidates: [{ phone_number: "+14155550100" }] },
      }),
    ]);
    expect(settled.status).toBe(204);
    expect((await request("GET", `/v1/calls/${live}`)).body.call_status).toBe("completed");
    expect(changed).toMatchObject({ status: 200, body: { limit: 9 } });
    expect(resumed).toMatchObject({ status: 200, body: { held: null } });
    expect(created.status).toBe(201);
    expect(imported).toMatchObject({ status: 200, body: { created: 1 } });

    expect(await request("POST", `/v1/batches/${batch}/cancel`)).toMatchObject({
      status: 200,
      body: { cancelled_now: 2, pending_calls: 0 },
    });
    expect(await request("POST", `/v1/campaigns/${campaign}/stop`)).toMatchObject({
      status: 200,
      body: { cancelled_now: 0 },
    });
    // A job that a stop could not take off the queue dies at its claim.
    for (const callId of await api.callIds(batch)) expect((await api.ask(callId)).kind).toBe("settled");
  },
);

async function expectHealthToSaySo(request: Served["request"]) {
  const [health, ready, metrics, jobs, board] = await Promise.all([
    request("GET", "/healthz", { key: null }),
    request("GET", "/readyz", { key: null }),
    request("GET", "/metrics", { key: null }),
    request("GET", "/queues/api/queues"),
    request("GET", "/queues"),
  ]);
  expect(health).toMatchObject({ status: 200, body: { status: "ok" } });
  expect(ready).toMatchObject({
    status: 503,
    body: { status: "not ready", postgres: "ok", redis: "away", held: null },
  });
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain('ringfence_up{service="postgres"} 1');
  expect(metrics.text).toContain('ringfence_up{service="redis"} 0');
  expect(jobs).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(board.status).toBe(200);
}

test("launches continue by themselves once Redis is back", async () => {
  const proxy = await openProxy(api.redisUrl);
  const queue = openCallsQueue(proxy.url, api.prefix, () => undefined);
  api.onClose(async () => {
    await queue.close();
    await proxy.cut();
  });
  const { request } = await serveApi(api.bed, { queue });
  await proxy.cut();
  const campaign = await api.campaign(2);
  expect(await request("POST", `/v1/campaigns/${campaign}/launch`)).toMatchObject({ status: 503 });
  await proxy.heal();
  await until("Redis is back", async () => (await request("GET", "/readyz")).status === 200);
  expect(await request("POST", `/v1/campaigns/${campaign}/launch`)).toMatchObject({
    status: 201,
    body: { total_candidates: 2 },
  });
  await until("the jobs are queued", async () => (await api.queue.counts()).waiting === 2);
});

test("while PostgreSQL is away every request is 503 without internals; once it is back, all requests are served", async () => {
  const proxy = await openProxy(api.databaseUrl);
  const db = openDatabase(proxy.url, { work: 3, main: 3, bulk: 2, stops: 2, keys: 1, outbox: 1 }, () => undefined);
  api.onClose(async () => {
    await db.close();
    await proxy.cut();
  });
  const campaign = await api.campaign(2);
  const { id: batch } = await api.launch(campaign, { limit: 1 });
  const [call] = (await api.callIds(batch)) as [string];
  const { request, logged } = await serveApi(api.bed, { db });
  expect(await request("GET", "/readyz")).toMatchObject({
    status: 200,
    body: { status: "ready", postgres: "ok", redis: "ok", held: null },
  });
  await proxy.cut();

  const before = await api.everything();
  const csv = { raw: "phone_number\n+14155550100\n", headers: { "content-type": "text/csv" } };
  const requests: [string, string, object?][] = [
    ["GET", "/v1/campaigns"],
    ["POST", "/v1/campaigns", { body: CAMPAIGN }],
    ["GET", `/v1/campaigns/${campaign}`],
    ["PATCH", `/v1/campaigns/${campaign}`, { body: { name: "B" } }],
    ["GET", `/v1/campaigns/${campaign}/candidates`],
    ["POST", `/v1/campaigns/${campaign}/candidates`, { body: { candidates: [{ phone_number: "+14155550100" }] } }],
    ["POST", `/v1/campaigns/${campaign}/candidates`, csv],
    ["POST", `/v1/campaigns/${campaign}/launch`],
    ["POST", `/v1/campaigns/${campaign}/stop`],
    ["GET", "/v1/batches"],
    ["GET", `/v1/batches/${batch}`],
    ["POST", `/v1/batches/${batch}/cancel`],
    ["GET", `/v1/batches/${batch}/calls`],
    ["GET", `/v1/batches/${batch}/calls`, { headers: { accept: "text/csv" } }],
    ["GET", `/v1/calls/${call}`],
    ["GET", "/v1/lines"],
    ["PUT", "/v1/lines", { body: { limit: 3 } }],
    ["POST", "/v1/lines/resume"],
  ];
  for (const [method, path, options] of requests) {
    const { status, body, text } = await request(method, path, options);
    expect({ method, path, status, code: body?.code }).toEqual({ method, path, status: 503, code: "unavailable" });
    expect(text).not.toMatch(/prisma|ECONNREFUSED|127\.0\.0\.1|\.ts|stack/i);
  }
  expect(logged.filter(({ level }) => level === "error")).toHaveLength(requests.length);
  expect(await request("GET", "/healthz")).toMatchObject({ status: 200 });
  expect(await request("GET", "/readyz")).toMatchObject({ status: 503, body: { postgres: "away", redis: "ok" } });
  expect(await request("GET", "/metrics")).toMatchObject({
    status: 200,
    text: expect.stringContaining('ringfence_up{service="postgres"} 0'),
  });
  expect(await api.everything()).toEqual(before);

  await proxy.heal();
  expect(await request("GET", "/readyz")).toMatchObject({ status: 200 });
  expect(await request("POST", `/v1/campaigns/${campaign}/stop`)).toMatchObject({
    status: 200,
    body: { cancelled_now: 1 },
  });
});
