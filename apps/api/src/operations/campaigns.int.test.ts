import { brokenBooks } from "@ringfence/testkit";
import { CAMPAIGN, UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const CAMPAIGN_KEYS = [
  "agent_id",
  "archived_at",
  "candidates",
  "cancelled_calls",
  "completed_calls",
  "created_at",
  "failed_calls",
  "from_number",
  "held_at",
  "held_by",
  "held_reason",
  "id",
  "in_progress_calls",
  "name",
  "open_batches",
  "pending_calls",
  "status",
  "undialed_candidates",
].sort();
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const api = useApi();

test("a campaign is created active, with its address and all its figures at zero", async () => {
  const created = await api.request("POST", "/v1/campaigns", {
    key: "operator",
    body: { ...CAMPAIGN, name: "  Spring  " },
  });
  expect(created.status).toBe(201);
  expect(created.headers.get("location")).toBe(`/v1/campaigns/${created.body.id}`);
  expect(Object.keys(created.body).sort()).toEqual(CAMPAIGN_KEYS);
  expect(created.body).toMatchObject({
    name: "Spring",
    status: "active",
    from_number: CAMPAIGN.from_number,
    agent_id: "agent_1",
  });
  expect(created.body).toMatchObject({ candidates: 0, undialed_candidates: 0, open_batches: 0, pending_calls: 0 });
  expect(created.body.created_at).toMatch(ISO_UTC);
  const { body } = await api.request("GET", `/v1/campaigns/${created.body.id}`);
  expect(body).toEqual(created.body);
});

test("an agent is optional", async () => {
  const { name, from_number } = CAMPAIGN;
  const { status, body } = await api.request("POST", "/v1/campaigns", { body: { name, from_number } });
  expect({ status, agent: body.agent_id }).toEqual({ status: 201, agent: null });
});

test("campaigns are listed newest first, page by page, each once, even if campaigns are created in between", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.unshift(await api.campaign(0));
  const first = await api.request("GET", "/v1/campaigns?limit=3");
  expect(Object.keys(first.body).sort()).toEqual(["items", "next_cursor"]);
  expect(Object.keys(first.body.items[0]).sort()).toEqual(CAMPAIGN_KEYS);
  await api.campaign(0);
  const second = await api.request("GET", `/v1/campaigns?limit=3&cursor=${first.body.next_cursor}`);
  const seen = [...first.body.items, ...second.body.items].map(({ id }) => id);
  expect(seen).toEqual(ids.slice(0, 6));

  const all = await api.pages("/v1/campaigns?limit=2");
  const [{ count } = { count: 0 }] = await api.sql<{ count: number }>("SELECT count(*)::int AS count FROM campaigns");
  expect(new Set(all.items.map(({ id }) => id)).size).toBe(count);
  expect(all).toMatchObject({ items: { length: count }, count: Math.ceil(count / 2) });
});

test("campaigns made in the same millisecond are paged through without loss", async () => {
  await api.sql(
    "INSERT INTO campaigns (name, from_number, created_at) SELECT 'same ' || n, '+14157774444', '2031-01-01T00:00:00Z' FROM generate_series(1, 5) n",
  );
  const { items } = await api.pages("/v1/campaigns?limit=2");
  expect(items.filter(({ name }) => name.startsWith("same")).length).toBe(5);
});

test("a page has 50 items by default and 1000 at most", async () => {
  await api.sql(
    "INSERT INTO campaigns (name, from_number) SELECT 'many', '+14157774444' FROM generate_series(1, 1001)",
  );
  expect((await api.request("GET", "/v1/campaigns")).body.items).toHaveLength(50);
  const { body } = await api.request("GET", "/v1/campaigns?limit=1000");
  expect(body.items).toHaveLength(1_000);
  expect(body.next_cursor).not.toBeNull();
});

test("PATCH changes the named fields only, and can remove the agent", async () => {
  const id = await api.campaign(0);
  const change = (body: object) => api.request("PATCH", `/v1/campaigns/${id}`, { key: "operator", body });
  const before = (await change({ agent_id: "agent_2" })).body;
  expect(before).toMatchObject({ name: "Test", agent_id: "agent_2" });
  expect(Object.keys(before).sort()).toEqual(CAMPAIGN_KEYS);
  expect((await change({ name: "New", from_number: "+442071838750" })).body).toEqual({
    ...before,
    name: "New",
    from_number: "+442071838750",
  });
  expect((await change({ agent_id: null })).body).toMatchObject({ name: "New", agent_id: null });
  expect((await change({})).body).toMatchObject({ name: "New", agent_id: null });
});

test("PATCH cannot pause a campaign, only a stop can; PATCH restarts a stopped campaign", async () => {
  const id = await api.campaign(3);
  const paused = await api.request("PATCH", `/v1/campaigns/${id}`, { body: { name: "Not kept", status: "paused" } });
  expect(paused).toMatchObject({ status: 400, body: { code: "invalid_request", errors: [{ path: "status" }] } });
  expect((await api.request("GET", `/v1/campaigns/${id}`)).body).toMatchObject({ status: "active", name: "Test" });

  await api.request("POST", `/v1/campaigns/${id}/stop`);
  expect(await api.request("POST", `/v1/campaigns/${id}/launch`)).toMatchObject({
    status: 409,
    body: { code: "campaign_paused" },
  });
  const restarted = await api.request("PATCH", `/v1/campaigns/${id}`, { body: { status: "active" } });
  expect(restarted).toMatchObject({ status: 200, body: { status: "active" } });
  expect((await api.request("POST", `/v1/campaigns/${id}/launch`)).status).toBe(201);
});

test("DELETE removes a campaign without calls, once for each Idempotency-Key", async () => {
  const id = await api.campaign(2);
  const remove = (of: string, headers = {}) =>
    api.request("DELETE", `/v1/campaigns/${of}`, { key: "operator", headers });
  const headers = { "idempotency-key": "tidy" };
  expect(await remove(id, headers)).toMatchObject({ status: 204, text: "" });
  const again = await remove(id, headers);
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([204, "true"]);
  expect(await remove(id)).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await api.request("GET", `/v1/campaigns/${id}`)).toMatchObject({ status: 404 });

  const called = await api.campaign(1, 100);
  await api.launch(called);
  expect(await remove(called)).toMatchObject({ status: 409, body: { code: "campaign_has_calls" } });
  const { body } = await api.request("GET", `/v1/audit?campaign_id=${id}`);
  expect(body.items[0]).toMatchObject({ action: "campaign.delete", detail: { name: "Test" } });
});

test("an archived campaign is listed only with ?archived=true and cannot be launched; a campaign with unfinished calls cannot be archived", async () => {
  const id = await api.campaign(2, 200);
  const change = (archived: boolean) => api.request("PATCH", `/v1/campaigns/${id}`, { body: { archived } });
  const isListed = async (query: string) =>
    (await api.request("GET", `/v1/campaigns?limit=1000${query}`)).body.items.some(
      (each: { id: string }) => each.id === id,
    );
  expect((await change(true)).body.archived_at).toMatch(ISO_UTC);
  expect([await isListed(""), await isListed("&archived=false"), await isListed("&archived=true")]).toEqual([
    false,
    false,
    true,
  ]);
  expect(await api.request("GET", "/v1/campaigns?archived=yes")).toMatchObject({ status: 400 });
  expect((await api.request("GET", `/v1/campaigns/${id}`)).body.archived_at).toMatch(ISO_UTC);
  expect(await api.request("GET", `/v1/campaigns/${id}/launch`)).toMatchObject({
    status: 200,
    body: { candidates: 2 },
  });
  expect(await api.request("POST", `/v1/campaigns/${id}/launch`)).toMatchObject({
    status: 409,
    body: { code: "campaign_archived" },
  });
  expect(await change(false)).toMatchObject({ status: 200, body: { archived_at: null } });
  await api.launch(id);
  expect(await change(true)).toMatchObject({ status: 409, body: { code: "campaign_busy" } });
});

test("a campaign's figures follow its calls", async () => {
  const id = await api.campaign(5);
  const batch = await api.launch(id, { limit: 4 });
  const [live, done] = await api.callIds(batch.id);
  await api.live(live!);
  await api.live(done!, "call_done");
  await api.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [done]);
  expect((await api.request("GET", `/v1/campaigns/${id}`)).body).toMatchObject({
    candidates: 5,
    undialed_candidates: 1,
    open_batches: 1,
    pending_calls: 2,
    in_progress_calls: 1,
    completed_calls: 1,
    failed_calls: 0,
    cancelled_calls: 0,
  });
  await api.request("POST", `/v1/campaigns/${id}/stop`);
  expect((await api.request("GET", `/v1/campaigns/${id}`)).body).toMatchObject({
    status: "paused",
    undialed_candidates: 3,
    open_batches: 0,
    pending_calls: 0,
    in_progress_calls: 1,
    failed_calls: 2,
    cancelled_calls: 2,
  });
  expect(await brokenBooks(api)).toEqual([]);
});

test("a campaign that does not exist is 404, for an unknown and for a malformed id", async () => {
  for (const id of [UNKNOWN_ID, "17", "not-a-uuid", `${UNKNOWN_ID}0`, "%00", "..%2f"]) {
    for (const [method, path] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["GET", "/candidates"],
      ["POST", "/launch"],
      ["POST", "/stop"],
    ] as const) {
      const answer = await api.request(method, `/v1/campaigns/${id}${path}`);
      expect({ id, path, status: answer.status, code: answer.body.code }).toEqual({
        id,
        path,
        status: 404,
        code: "not_found",
      });
    }
  }
});
