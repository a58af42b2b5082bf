import { brokenBooks, until } from "@ringfence/testkit";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const BATCH_KEYS = [
  "campaign_id",
  "cancelled_at",
  "cancelled_calls",
  "completed_at",
  "completed_calls",
  "created_at",
  "failed_calls",
  "held_at",
  "held_by",
  "held_reason",
  "id",
  "in_progress_calls",
  "pending_calls",
  "status",
  "total_candidates",
];
const CALL_KEYS = [
  "analysis",
  "batch_id",
  "call_status",
  "campaign_id",
  "cancelled_at",
  "candidate_id",
  "claimed_at",
  "created_at",
  "dialed_at",
  "disconnection_reason",
  "duration_ms",
  "ended_at",
  "error_message",
  "id",
  "name",
  "phone_number",
  "placed",
  "recording_url",
  "retell_call_id",
  "started_at",
];

const api = useApi();
afterEach(async () => {
  expect(await brokenBooks(api)).toEqual([]);
  // A test begins with every line free.
  await api.sql("UPDATE retell_calls SET call_status = 'completed' WHERE call_status = 'in_progress'");
});

/** Ends calls by hand, as a report from Retell would. */
const complete = (...callIds: string[]) =>
  api.sql(
    "UPDATE retell_calls SET call_status = 'completed', disconnection_reason = 'user_hangup' WHERE id = ANY ($1)",
    [callIds],
  );

test("a launch answers 201 with its batch and address, and puts a job on the queue for each row", async () => {
  const campaignId = await api.campaign(3);
  const launched = await api.request("POST", `/v1/campaigns/${campaignId}/launch`, { key: "operator" });
  expect(launched.status).toBe(201);
  expect(launched.headers.get("location")).toBe(`/v1/batches/${launched.body.id}`);
  expect(Object.keys(launched.body).sort()).toEqual(BATCH_KEYS);
  expect(launched.body).toMatchObject({
    campaign_id: campaignId,
    status: "in_progress",
    total_candidates: 3,
    pending_calls: 3,
    in_progress_calls: 0,
    completed_calls: 0,
    failed_calls: 0,
    cancelled_calls: 0,
    completed_at: null,
    cancelled_at: null,
  });
  expect((await api.request("GET", `/v1/batches/${launched.body.id}`)).body).toEqual(launched.body);
  const rows = await api.callIds(launched.body.id);
  await until("the jobs are queued", async () => (await api.queue.counts()).waiting === rows.length);
  expect(await api.queue.queue.getRanges(["prioritized"], 0, -1, true)).toEqual(rows);
});

test("a launch with a limit takes the first candidates in import order; the next launch takes the rest", async () => {
  const campaignId = await api.campaign(5);
  const numbers = async (batchId: string) =>
    (await api.pages(`/v1/batches/${batchId}/calls`)).items.map(({ phone_number }) => Number(phone_number.slice(-3)));
  const first = await api.launch(campaignId, { limit: 2 });
  expect(await numbers(first.id)).toEqual([0, 1]);
  const rest = await api.launch(campaignId, {});
  expect(await numbers(rest.id)).toEqual([2, 3, 4]);
  const again = await api.request("POST", `/v1/campaigns/${campaignId}/launch`, { body: { include: "unreached" } });
  expect(again).toMatchObject({ status: 409, body: { code: "nothing_to_launch" } });
});

test("undialed takes candidates who were never rung, unreached also those who did not answer; nobody is taken twice", async () => {
  const campaignId = await api.campaign(6);
  const { id } = await api.launch(campaignId);
  const calls = await api.callIds(id);
  const [reached, busy, cancelled, refused, unclear, broken] = calls as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const settle = (callId: string, placed: string, reason: string | null, message: string | null) =>
    api.sql(
      "UPDATE retell_calls SET call_status = 'failed', placed = $2::call_placed, disconnection_reason = $3, error_message = $4 WHERE id = $1",
      [callId, placed, reason, message],
    );
  await complete(reached);
  await api.sql("UPDATE retell_calls SET placed = 'yes' WHERE id = $1", [reached]);
  await settle(busy, "yes", "dial_busy", "dial_busy");
  await settle(cancelled, "no", null, "Batch cancelled by user");
  await settle(refused, "no", null, "Invalid number");
  await settle(unclear, "unknown", null, "Outcome unknown, not redialled");
  await settle(broken, "yes", "error_llm_websocket_open", "error_llm_websocket_open");

  const people = async (batchId: string) => {
    const rows = await api.sql<{ id: string }>(
      "SELECT old.id FROM retell_calls c JOIN retell_calls old USING (candidate_id) WHERE c.batch_id = $1 AND old.batch_id = $2 ORDER BY c.turn",
      [batchId, id],
    );
    return rows.map((row) => row.id);
  };
  const undialed = await api.launch(campaignId, { include: "undialed" });
  expect(await people(undialed.id)).toEqual([cancelled, refused]);
  await api.request("POST", `/v1/batches/${undialed.id}/cancel`);
  const unreached = await api.launch(campaignId, { include: "unreached" });
  expect(await people(unreached.id)).toEqual([busy, cancelled, refused]);
  await api.request("POST", `/v1/batches/${unreached.id}/cancel`);
});

test("batches are listed newest first, and filtered by campaign, by status, and by both", async () => {
  const [one, other] = [await api.campaign(4), await api.campaign(2)];
  const a = (await api.launch(one, { limit: 1 })).id;
  const b = (await api.launch(one, { limit: 1 })).id;
  const c = (await api.launch(other, {})).id;
  await api.request("POST", `/v1/batches/${b}/cancel`);
  const list = async (query: string) => (await api.pages(`/v1/batches?limit=1${query}`)).items.map(({ id }) => id);
  expect((await list("")).slice(0, 3)).toEqual([c, b, a]);
  expect(await list(`&campaign_id=${one}`)).toEqual([b, a]);
  expect(await list(`&campaign_id=${one}&status=cancelled`)).toEqual([b]);
  expect(await list(`&campaign_id=${one}&status=completed`)).toEqual([]);
  expect((await list("&status=in_progress")).slice(0, 2)).toEqual([c, a]);
  const { body } = await api.request("GET", `/v1/batches?campaign_id=${other}`);
  expect(body).toEqual({ items: [expect.objectContaining({ id: c, status: "in_progress" })], next_cursor: null });
  expect(Object.keys(body.items[0]).sort()).toEqual(BATCH_KEYS);
});

test("calls are listed in import order, page by page, each once, and filtered by status", async () => {
  const { id } = await api.launch(await api.campaign(7));
  const calls = await api.callIds(id);
  await api.live(calls[2]!);
  const all = await api.pages(`/v1/batches/${id}/calls?limit=3`);
  expect(all.items.map((call) => call.id)).toEqual(calls);
  expect(all.count).toBe(3);
  expect((await api.pages(`/v1/batches/${id}/calls?status=in_progress`)).items.map((call) => call.id)).toEqual([
    calls[2],
  ]);
  expect((await api.pages(`/v1/batches/${id}/calls?status=pending&limit=2`)).items.map((call) => call.id)).toEqual(
    calls.filter((call) => call !== calls[2]),
  );
  expect((await api.pages(`/v1/batches/${id}/calls?status=failed`)).items).toEqual([]);
});

test("a call shows all that is known of it, and is the same alone as in its list", async () => {
  const campaignId = await api.campaign(1);
  const { id } = await api.launch(campaignId);
  const [callId] = (await api.callIds(id)) as [string];
  const pending = (await api.request("GET", `/v1/calls/${callId}`)).body;
  expect(Object.keys(pending).sort()).toEqual(CALL_KEYS);
  expect(pending).toMatchObject({
    batch_id: id,
    campaign_id: campaignId,
    phone_number: "+14155551000",
    name: "Candidate 0",
  });
  expect(pending).toMatchObject({
    call_status: "pending",
    placed: "no",
    retell_call_id: null,
    claimed_at: null,
    analysis: null,
  });
  await api.live(callId, "call_of_retell");
  const live = (await api.request("GET", `/v1/calls/${callId}`)).body;
  expect(live).toMatchObject({ call_status: "in_progress", placed: "yes", retell_call_id: "call_of_retell" });
  expect(new Date(live.dialed_at) >= new Date(live.claimed_at)).toBe(true);
  expect((await api.request("GET", `/v1/batches/${id}/calls`)).body).toEqual({ items: [live], next_cursor: null });
});

test("a batch or call that does not exist is 404, for an unknown and for a malformed id", async () => {
  for (const id of [UNKNOWN_ID, "17", "not-a-uuid", `${UNKNOWN_ID}0`]) {
    for (const [method, path] of [
      ["GET", `batches/${id}`],
      ["GET", `batches/${id}/calls`],
      ["POST", `batches/${id}/cancel`],
      ["GET", `calls/${id}`],
    ] as const) {
      expect(await api.request(method, `/v1/${path}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  }
  expect(await api.request("GET", "/v1/batches?campaign_id=17")).toMatchObject({ status: 404 });
  expect((await api.request("GET", `/v1/batches?campaign_id=${UNKNOWN_ID}`)).body).toEqual({
    items: [],
    next_cursor: null,
  });
});

test("a batch says why its pending calls wait, and when they will be over", async () => {
  const { id } = await api.launch(await api.campaign(3));
  /** The answer with just these reasons; an earlier one is kept for a second. */
  const waitsFor = (...reasons: string[]) =>
    until(`it waits for ${reasons.join()}`, async () => {
      const { body } = await api.request("GET", `/v1/batches/${id}/waiting`, { key: "viewer" });
      const named = body.reasons.map(({ reason }: { reason: string }) => reason);
      return named.join() === reasons.join() ? body : null;
    });
  const still = { next_dial_at: null, finish_at: null };
  expect(await waitsFor("no_worker")).toMatchObject({
    pending_calls: 3,
    in_progress_calls: 0,
    reasons: [{ calls: 3, until: null }],
    ...still,
  });
  await api.sql("INSERT INTO workers (id, version, runs_held) VALUES (gen_random_uuid(), 'x', 0)");
  expect(await waitsFor()).toMatchObject({ next_dial_at: expect.any(String), finish_at: null });
  await api.request("POST", `/v1/batches/${id}/hold`, { body: { reason: "lunch" } });
  await api.sql("UPDATE lines SET calls_per_second = 1, next_dial_at = clock_timestamp() + interval '1 minute'");
  expect(await waitsFor("batch_held", "pace")).toMatchObject(still);
  await api.request("POST", `/v1/batches/${id}/resume`);
  await api.sql(
    "UPDATE lines SET slow_step = 1, last_dial_at = clock_timestamp(), next_dial_at = clock_timestamp() + interval '1 minute'",
  );
  expect(await waitsFor("slowed")).toMatchObject({ next_dial_at: expect.any(String) });
  const [live] = await api.callIds(id);
  await api.sql(
    "UPDATE lines SET next_dial_at = clock_timestamp(), slow_step = 0, calls_per_second = 0, line_limit = 1",
  );
  await api.live(live!);
  await waitsFor("lines_full");
  await api.request("POST", `/v1/batches/${id}/cancel`);
  expect(await waitsFor()).toMatchObject({ pending_calls: 0, in_progress_calls: 1, ...still });
  await api.sql("UPDATE retell_calls SET call_status = 'completed' WHERE call_status = 'in_progress'");
  await api.sql("DELETE FROM workers");
  await api.sql("UPDATE lines SET line_limit = 5");
  expect((await api.request("GET", `/v1/batches/${UNKNOWN_ID}/waiting`)).status).toBe(404);
});
