import { randomUUID } from "node:crypto";
import { FROM_NUMBER } from "@ringfence/campaigns/testing";
import { brokenBooks, until } from "@ringfence/testkit";
import { serveApi } from "../testing/serve-api.ts";
import { useApi } from "../testing/test-api.ts";

const api = useApi();
afterEach(async () => {
  expect(await brokenBooks(api)).toEqual([]);
  await freeLines();
});

/** A test begins with every line free. */
const freeLines = () => api.sql("UPDATE retell_calls SET call_status = 'completed' WHERE call_status = 'in_progress'");
/** Ends calls by hand, as a report from Retell would. */
const complete = (...callIds: string[]) =>
  api.sql(
    "UPDATE retell_calls SET call_status = 'completed', disconnection_reason = 'user_hangup' WHERE id = ANY ($1)",
    [callIds],
  );

test("Pause Batch gives receipt, rows and audit; repeated, it cancels nothing more; on a completed batch it is 409", async () => {
  const campaignId = await api.campaign(6);
  const { id } = await api.launch(campaignId);
  const [live, done] = (await api.callIds(id)) as [string, string];
  await api.live(live);
  await api.live(done);
  await complete(done);
  const { status, body: receipt } = await api.request("POST", `/v1/batches/${id}/cancel`, {
    key: "operator",
    body: { mode: "drain" },
  });
  const { stopped_at, ...figures } = receipt;
  expect({ status, figures }).toEqual({
    status: 200,
    figures: {
      campaign_id: campaignId,
      batch_id: id,
      cancelled_batches: [id],
      mode: "drain",
      cancelled_now: 4,
      total_candidates: 6,
      pending_calls: 0,
      in_progress_calls: 1,
      completed_calls: 1,
      failed_calls: 4,
      cancelled_calls: 4,
    },
  });
  expect(Math.abs(Date.parse(stopped_at) - Date.now())).toBeLessThan(60_000);
  const failed = await api.pages(`/v1/batches/${id}/calls?status=failed`);
  expect(failed.items).toHaveLength(4);
  for (const call of failed.items)
    expect(call).toMatchObject({
      error_message: "Batch cancelled by user",
      placed: "no",
      cancelled_at: expect.any(String),
    });

  const again = await api.request("POST", `/v1/batches/${id}/cancel`);
  expect(again).toMatchObject({ status: 200, body: { cancelled_now: 0, cancelled_calls: 4, in_progress_calls: 1 } });
  expect((await api.request("GET", `/v1/campaigns/${campaignId}`)).body.status).toBe("active");
  const audit = () =>
    api.sql(
      "SELECT actor, action, detail ->> 'cancelled_now' AS cancelled FROM audit WHERE batch_id = $1 AND action = 'batch.cancel' ORDER BY at",
      [id],
    );
  await until("both stops are in the audit", async () => (await audit()).length === 2);
  expect(await audit()).toEqual([
    { actor: "the operator", action: "batch.cancel", cancelled: "4" },
    { actor: "admin", action: "batch.cancel", cancelled: "0" },
  ]);

  const finished = await api.launch(await api.campaign(1));
  await complete(...(await api.callIds(finished.id)));
  expect((await api.request("GET", `/v1/batches/${finished.id}`)).body).toMatchObject({
    status: "completed",
    completed_calls: 1,
  });
  const late = await api.request("POST", `/v1/batches/${finished.id}/cancel`);
  expect(late).toMatchObject({
    status: 409,
    type: expect.stringContaining("application/problem+json"),
    body: { code: "batch_completed" },
  });
});

test("Stop All covers every batch with an unfinished call, and may be repeated", async () => {
  const campaignId = await api.campaign(9);
  const batches: string[] = [];
  for (let n = 0; n < 3; n++) batches.push((await api.launch(campaignId, { limit: 3 })).id);
  const [live] = (await api.callIds(batches[0]!)) as [string];
  await api.live(live);
  await api.request("POST", `/v1/batches/${batches[0]}/cancel`);
  await complete(...(await api.callIds(batches[1]!)));

  const stopped = await api.request("POST", `/v1/campaigns/${campaignId}/stop`, { key: "operator" });
  expect(stopped).toMatchObject({
    status: 200,
    body: {
      campaign_id: campaignId,
      batch_id: null,
      mode: "drain",
      cancelled_now: 3,
      total_candidates: 6,
      in_progress_calls: 1,
      pending_calls: 0,
      cancelled_calls: 5,
    },
  });
  expect(stopped.body.cancelled_batches.sort()).toEqual([batches[0], batches[2]].sort());
  const again = await api.request("POST", `/v1/campaigns/${campaignId}/stop`);
  expect(again).toMatchObject({
    status: 200,
    body: { cancelled_batches: [batches[0]], cancelled_now: 0, in_progress_calls: 1 },
  });
  await complete(live);
  const idle = await api.request("POST", `/v1/campaigns/${campaignId}/stop`);
  expect(idle).toMatchObject({ status: 200, body: { cancelled_batches: [], cancelled_now: 0, total_candidates: 0 } });
});

test("hangup also ends the live calls at Retell, on the first stop and on a later stop", async () => {
  const { id } = await api.launch(await api.campaign(3));
  const [callId, late] = (await api.callIds(id)) as [string, string];
  const place = async (ourId: string) => {
    const dialed = await api.dialer.dial({
      callId: ourId,
      batchId: id,
      campaignId: id,
      fromNumber: FROM_NUMBER,
      toNumber: "+14155550123",
      agentId: null,
      dynamicVariables: {},
    });
    if (dialed.kind !== "placed") throw new Error(dialed.kind);
    await api.live(ourId, dialed.retellCallId);
  };
  const live = () => api.simulator.state().currentConcurrency;
  await place(callId);
  await place(late);
  expect((await api.request("POST", `/v1/batches/${id}/cancel`)).body).toMatchObject({
    mode: "drain",
    in_progress_calls: 2,
  });
  expect(live()).toBe(2);
  expect((await api.request("POST", `/v1/batches/${id}/cancel`, { body: { mode: "hangup" } })).body).toMatchObject({
    mode: "hangup",
    cancelled_now: 0,
  });
  expect(live()).toBe(0);
});

test("the receipts of a batch and a campaign are what the stops answered, newest first, page by page, for viewers too", async () => {
  const campaignId = await api.campaign(4);
  const { id } = await api.launch(campaignId, { limit: 2 });
  await api.launch(campaignId);
  const first = await api.request("POST", `/v1/batches/${id}/cancel`, { key: "operator" });
  const all = await api.request("POST", `/v1/campaigns/${campaignId}/stop`);
  const viewer = { key: "viewer" } as const;
  const page = await api.request("GET", `/v1/campaigns/${campaignId}/receipts?limit=1`, viewer);
  expect(page.body).toEqual({
    items: [{ by: "admin", at: expect.any(String), receipt: all.body }],
    next_cursor: expect.any(String),
  });
  const next = await api.request(
    "GET",
    `/v1/campaigns/${campaignId}/receipts?limit=1&cursor=${page.body.next_cursor}`,
    viewer,
  );
  expect(next.body).toEqual({
    items: [{ by: "the operator", at: expect.any(String), receipt: first.body }],
    next_cursor: null,
  });
  expect(next.text).toContain(first.text);
  const ofBatch = await api.request("GET", `/v1/batches/${id}/receipts`, viewer);
  expect(ofBatch.body.items.map(({ receipt }: { receipt: unknown }) => receipt)).toEqual([first.body]);
  for (const path of ["batches", "campaigns"])
    expect(await api.request("GET", `/v1/${path}/${randomUUID()}/receipts`, viewer)).toMatchObject({ status: 404 });
});

test("a stop that could not be finished says that its brake holds", async () => {
  const { id } = await api.launch(await api.campaign(1));
  const cut = Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });
  const stops = { ...api.bed.db.stops, flip: () => Promise.reject(cut), claimsVoidAfterMs: 0 };
  const { request } = await serveApi(api.bed, { db: { ...api.bed.db, stops } });
  expect(await request("POST", `/v1/batches/${id}/cancel`)).toMatchObject({
    status: 503,
    body: { code: "unavailable", braked: true, detail: expect.stringMatching(/^Nobody else will be dialled/) },
  });
  await api.request("POST", `/v1/batches/${id}/cancel`);
});

test("a stop that was refused before it began says that nothing was stopped", async () => {
  const { id } = await api.launch(await api.campaign(1));
  const away = Object.assign(new Error("too many connections"), { code: "53300" });
  const db = { ...api.bed.db, keys: { ...api.bed.db.keys, holder: () => Promise.reject(away) } };
  const { request } = await serveApi(api.bed, { db });
  const headers = { authorization: `Bearer ${"k".repeat(40)}` };
  const { status, body } = await request("POST", `/v1/batches/${id}/cancel`, { key: null, headers });
  expect({ status, body }).toMatchObject({ status: 503, body: { code: "unavailable", braked: false } });
  const page = await request("GET", `/v1/batches/${id}`, { key: null, headers });
  expect(page.status).toBe(503);
  expect(page.body).not.toHaveProperty("braked");
  await api.request("POST", `/v1/batches/${id}/cancel`);
});

test("a batch is held with a reason, shows it, and is resumed", async () => {
  const campaignId = await api.campaign(3);
  const { id } = await api.launch(campaignId);
  const hold = await api.request("POST", `/v1/batches/${id}/hold`, { key: "operator", body: { reason: " lunch " } });
  expect(hold).toMatchObject({
    status: 200,
    body: {
      campaign_id: campaignId,
      batch_id: id,
      held_batches: [id],
      held_at: expect.any(String),
      held_reason: "lunch",
      pending_calls: 3,
      in_progress_calls: 0,
    },
  });
  const { held_at, held_by, held_reason } = hold.body;
  expect((await api.request("GET", `/v1/batches/${id}`)).body).toMatchObject({ held_at, held_by, held_reason });
  expect((await api.request("POST", `/v1/batches/${id}/hold`)).body).toEqual(hold.body);
  const resumed = await api.request("POST", `/v1/batches/${id}/resume`, { key: "operator" });
  expect(resumed).toMatchObject({ status: 200, body: { id, held_at: null, held_by: null, held_reason: null } });
  expect((await api.request("POST", `/v1/batches/${id}/resume`)).body).toMatchObject({ held_at: null });
});

test("a campaign is held and resumed; a batch that was stopped or has ended is not held", async () => {
  const campaignId = await api.campaign(2);
  const { id } = await api.launch(campaignId);
  const hold = await api.request("POST", `/v1/campaigns/${campaignId}/hold`);
  expect(hold.body).toMatchObject({ batch_id: null, held_batches: [id], held_reason: null, pending_calls: 2 });
  expect((await api.request("GET", `/v1/campaigns/${campaignId}`)).body).toMatchObject({ held_at: hold.body.held_at });
  expect((await api.request("GET", `/v1/batches/${id}`)).body).toMatchObject({ held_at: null });
  const resumed = await api.request("POST", `/v1/campaigns/${campaignId}/resume`);
  expect(resumed).toMatchObject({ status: 200, body: { id: campaignId, held_at: null } });
  await api.request("POST", `/v1/batches/${id}/cancel`);
  expect(await api.request("POST", `/v1/batches/${id}/hold`)).toMatchObject({
    status: 409,
    body: { code: "batch_cancelled" },
  });
  expect((await api.request("POST", `/v1/campaigns/${campaignId}/hold`)).body).toMatchObject({ held_batches: [] });
  await api.request("POST", `/v1/campaigns/${campaignId}/resume`);
});

test.each<[object]>([[{ reason: "" }], [{ reason: "x".repeat(201) }], [{ why: "lunch" }], [{ reason: 7 }]])(
  "%j is refused, and nothing is held",
  async (body) => {
    const { id } = await api.launch(await api.campaign(1));
    expect(await api.request("POST", `/v1/batches/${id}/hold`, { body })).toMatchObject({ status: 400 });
    expect((await api.request("GET", `/v1/batches/${id}`)).body).toMatchObject({ held_at: null });
  },
);
