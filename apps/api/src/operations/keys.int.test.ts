import { setTimeout as sleep } from "node:timers/promises";
import { until } from "@ringfence/testkit";
import { ADMIN_KEY } from "../testing/send-request.ts";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const api = useApi();

const create = async (body: object) => (await api.request("POST", "/v1/keys", { body })).body;
const as = (key: string, method = "GET", path = "/v1/session") =>
  api.request(method, path, { key: null, headers: { authorization: `Bearer ${key}` } });

test("a key is shown once, works as its role, and is nowhere in the database or the log", async () => {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const made = await create({ name: "Ops", role: "operator", expires_at: expires });
  const { key, ...view } = made;
  expect(key).toMatch(/^rf_[\w-]{43}$/);
  expect(view).toMatchObject({ name: "Ops", role: "operator", prefix: key.slice(0, 10), created_by: "admin" });
  expect(view).toMatchObject({ expires_at: expires, last_used_at: null });
  expect(await as(key)).toMatchObject({ status: 200, body: { name: "Ops", role: "operator", expires_at: null } });
  expect(await as(key, "GET", "/v1/keys")).toMatchObject({ status: 403 });

  const { items } = (await api.request("GET", "/v1/keys")).body;
  expect(items[0]).toEqual({ ...view, last_used_at: items[0].last_used_at });
  const tables = await api.sql<{ text: string }>(
    "SELECT query_to_xml('TABLE ' || quote_ident(tablename), true, true, '')::text AS text FROM pg_tables WHERE schemaname = 'public'",
  );
  const everything = JSON.stringify([tables, items, api.logged]);
  expect(everything).toContain(key.slice(0, 10));
  for (const part of [key.slice(3), key.slice(-20), Buffer.from(key).toString("base64").slice(0, 40)])
    expect(everything).not.toContain(part);
});

test("an unknown key is 401", async () => {
  const { key } = await create({ name: "x", role: "viewer" });
  const flipped = key.slice(0, -2) + (key.at(-2) === "A" ? "B" : "A") + key.at(-1);
  for (const other of [`${key}A`, key.slice(0, -1), flipped, key.slice(3), `rf_${"A".repeat(43)}`, ADMIN_KEY.slice(1)])
    expect(await as(other)).toMatchObject({ status: 401 });
});

test("an expired key and its sessions are refused", async () => {
  const { id, key } = await create({ name: "Short", role: "admin" });
  const cookie = await api.signIn(key);
  const session = () => api.request("GET", "/v1/session", { key: null, headers: { cookie } });
  expect(await session()).toMatchObject({ status: 200 });
  await api.sql("UPDATE api_keys SET expires_at = clock_timestamp() - interval '1 ms' WHERE id = $1", [id]);
  expect(await as(key)).toMatchObject({ status: 401 });
  expect(await session()).toMatchObject({ status: 401 });
  expect(await api.request("POST", "/v1/session", { key: null, body: { key } })).toMatchObject({ status: 401 });
});

test("a deleted key and its sessions end immediately", async () => {
  const { id, key } = await create({ name: "Gone", role: "admin" });
  const cookie = await api.signIn(key);
  expect(await as(key)).toMatchObject({ status: 200 });
  expect(await api.request("DELETE", `/v1/keys/${id}`)).toMatchObject({ status: 204, text: "" });
  expect(await as(key)).toMatchObject({ status: 401 });
  expect(await api.request("GET", "/v1/session", { key: null, headers: { cookie } })).toMatchObject({ status: 401 });
  for (const gone of [id, UNKNOWN_ID, "nonsense"]) {
    expect(await api.request("DELETE", `/v1/keys/${gone}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
  }
});

test.each([
  [{}],
  [{ name: "", role: "viewer" }],
  [{ name: "x", role: "owner" }],
  [{ name: "x", role: "viewer", expires_at: "2020-01-01T00:00:00Z" }],
  [{ name: "x", role: "viewer", expires_at: "tomorrow" }],
  [{ name: "x", role: "viewer", key: "mine" }],
])("a key with %j is 400", async (body) => {
  expect(await api.request("POST", "/v1/keys", { body })).toMatchObject({
    status: 400,
    body: { code: "invalid_request" },
  });
});

test("keys are listed in pages, newest first", async () => {
  const ids = [];
  for (let n = 0; n < 3; n++) ids.unshift((await create({ name: `Listed ${n}`, role: "viewer" })).id);
  const { items, count } = await api.pages("/v1/keys?limit=2");
  expect(count).toBeGreaterThan(1);
  expect(items.slice(0, 3).map((each) => each.id)).toEqual(ids);
});

test("the last use is recorded at most once a minute, and delays no request", async () => {
  const { id, key } = await create({ name: "Used", role: "viewer" });
  const used = async () =>
    (await api.sql<{ at: Date | null }>("SELECT last_used_at AS at FROM api_keys WHERE id = $1", [id]))[0]!.at;
  const holder = await api.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM api_keys WHERE id = $1 FOR UPDATE", [id]);
  expect(await as(key)).toMatchObject({ status: 200 });
  await holder.query("COMMIT");
  holder.release();
  await until("the use is noted", async () => (await used()) !== null);
  const [first] = [await used()];
  expect(await as(key)).toMatchObject({ status: 200 });
  await api.db.keys.noteUse(id);
  expect(await used()).toEqual(first);
  await api.sql("UPDATE api_keys SET last_used_at = last_used_at - interval '61 seconds' WHERE id = $1", [id]);
  await as(key);
  await until("it is noted again", async () => (await used())! >= first!);
});

test("a stop waits neither for slow pages nor, with the environment's key, for the table of keys", async () => {
  const key = await api.storedKey("operator");
  const [one, two] = [await api.launch(await api.campaign(1)), await api.launch(await api.campaign(1, 10))];
  const holder = await api.connect();
  await holder.query("BEGIN");
  await holder.query("LOCK TABLE candidates IN ACCESS EXCLUSIVE MODE");
  const pages = Array.from({ length: 12 }, () => api.request("GET", "/v1/campaigns"));
  await until("slow pages hold every connection of their pool", async () => {
    const [row] = await api.sql<{ waiting: number }>(
      "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return row!.waiting >= 5;
  });
  const stopped = await Promise.race([as(key, "POST", `/v1/batches/${one.id}/cancel`), sleep(3_000, "late")]);
  expect(stopped).toMatchObject({ status: 200, body: { cancelled_now: 1 } });
  await holder.query("COMMIT");
  await Promise.all(pages);

  await holder.query("BEGIN");
  await holder.query("LOCK TABLE api_keys, sessions IN ACCESS EXCLUSIVE MODE");
  const byEnvironment = await Promise.race([
    as(ADMIN_KEY, "POST", `/v1/batches/${two.id}/cancel`),
    sleep(3_000, "late"),
  ]);
  expect(byEnvironment).toMatchObject({ status: 200, body: { cancelled_now: 1 } });
  await holder.query("COMMIT");
  holder.release();
});
