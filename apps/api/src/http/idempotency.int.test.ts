import { until } from "@ringfence/testkit";
import { serveApi } from "../testing/serve-api.ts";
import { CAMPAIGN, type TestApi, useApi } from "../testing/test-api.ts";

const api = useApi();

let keys = 0;
const newKey = () => `test-${++keys}`;
const post = (path: string, key: string, body?: object, as: "operator" | "admin" = "operator", base = api) =>
  base.request("POST", path, { key: as, body, headers: { "idempotency-key": key } });
const batchesOf = async (campaign: string) =>
  (await api.sql("SELECT id FROM retell_batch_calls WHERE campaign_id = $1", [campaign])).length;

test.each([
  ["a launch", async () => [`/v1/campaigns/${await api.campaign(3)}/launch`, { limit: 2 }] as const],
  ["a campaign", async () => ["/v1/campaigns", CAMPAIGN] as const],
  [
    "candidates",
    async () =>
      [
        `/v1/campaigns/${await api.campaign(0)}/candidates`,
        { candidates: [{ phone_number: "+14155550100" }, { phone_number: "x" }] },
      ] as const,
  ],
])("%s sent again gets the same answer, byte for byte, and has no effect", async (_what, prepare) => {
  const [path, body] = await prepare();
  const key = newKey();
  const first = await post(path, key, body);
  expect([200, 201]).toContain(first.status);
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  const before = await api.everything();
  for (let again = 0; again < 2; again++) {
    const { status, text, type, headers } = await post(path, key, body);
    expect({ status, text, type }).toEqual({ status: first.status, text: first.text, type: first.type });
    expect(headers.get("location")).toBe(first.headers.get("location"));
    expect(headers.get("idempotency-replayed")).toBe("true");
  }
  expect(await api.everything()).toEqual(before);
  expect((await post(path, newKey(), body)).text).not.toBe(first.text);
});

test("the same key for another body or another path is 422 and changes nothing; another client's key is independent", async () => {
  const campaign = await api.campaign(5);
  const key = newKey();
  await post(`/v1/campaigns/${campaign}/launch`, key, { limit: 1 });
  const other = await api.campaign(0);
  const before = await api.everything();
  for (const [path, body] of [
    [`/v1/campaigns/${campaign}/launch`, { limit: 2 }],
    [`/v1/campaigns/${other}/launch`, { limit: 1 }],
    ["/v1/campaigns", CAMPAIGN],
  ] as const) {
    const answer = await post(path, key, body);
    expect(answer).toMatchObject({ status: 422, body: { code: "idempotency_mismatch" } });
    expect(answer.body.detail).toContain("Idempotency-Key");
  }
  expect(await batchesOf(campaign)).toBe(1);
  expect(await api.everything()).toEqual(before);
  expect((await post(`/v1/campaigns/${campaign}/launch`, key, { limit: 2 }, "admin")).status).toBe(201);
});

test("50 equal launches in parallel, over two processes of the API, make one batch and get 50 equal answers", async () => {
  const other = await serveApi(api.bed);
  const campaign = await api.campaign(30);
  const key = newKey();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      post(`/v1/campaigns/${campaign}/launch`, key, {}, "operator", n % 2 ? api : (other as unknown as TestApi)),
    ),
  );
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]!.status).toBe(201);
  expect(await batchesOf(campaign)).toBe(1);
  expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
});

test("a repeat of a request that is under way, even at another process, waits for its answer", async () => {
  const other = await serveApi(api.bed);
  const campaign = await api.campaign(3);
  const path = `/v1/campaigns/${campaign}/launch`;
  const key = newKey();
  // This lock holds the first request up in the middle of its work.
  const holder = await api.connect();
  await holder.query("SELECT pg_advisory_lock(hashtextextended('launch:' || $1, 0))", [campaign]);
  const asked = [post(path, key, {}), post(path, key, {}, "operator", other as unknown as TestApi)];
  await until("both wait", async () => {
    const waiting = await api.sql(
      "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted",
    );
    return waiting.length === 2;
  });
  await holder.query("SELECT pg_advisory_unlock(hashtextextended('launch:' || $1, 0))", [campaign]);
  holder.release();
  const [first, second] = await Promise.all(asked);
  expect({ status: second!.status, text: second!.text }).toEqual({ status: 201, text: first!.text });
  expect(await batchesOf(campaign)).toBe(1);
});

test("a refusal is not stored: the same request is tried anew", async () => {
  const campaign = await api.campaign(0);
  const path = `/v1/campaigns/${campaign}/launch`;
  const key = newKey();
  expect(await post(path, key)).toMatchObject({ status: 409, body: { code: "nothing_to_launch" } });
  await post(`/v1/campaigns/${campaign}/candidates`, newKey(), { candidates: [{ phone_number: "+14155550100" }] });
  expect(await post(path, key)).toMatchObject({ status: 201, body: { total_candidates: 1 } });
});

test("work whose answer cannot be stored is rolled back", async () => {
  const campaign = await api.campaign(2);
  const before = await api.everything();
  await api.sql("ALTER TABLE idempotency_keys ADD CONSTRAINT closed CHECK (status = 0) NOT VALID");
  try {
    expect((await post(`/v1/campaigns/${campaign}/launch`, newKey())).status).toBe(500);
    expect((await post("/v1/campaigns", newKey(), CAMPAIGN)).status).toBe(500);
    const candidates = [{ phone_number: "+14155559999" }];
    expect((await post(`/v1/campaigns/${campaign}/candidates`, newKey(), { candidates })).status).toBe(500);
  } finally {
    await api.sql("ALTER TABLE idempotency_keys DROP CONSTRAINT closed");
  }
  expect(await api.everything()).toEqual(before);
});

test("after 24 hours a key counts as new, and the old answer is deleted", async () => {
  const campaign = await api.campaign(3);
  const key = newKey();
  const path = `/v1/campaigns/${campaign}/launch`;
  await post(path, key, { limit: 1 });
  await api.sql("UPDATE idempotency_keys SET created_at = created_at - interval '24 hours 1 second' WHERE key = $1", [
    key,
  ]);
  expect(await post(path, key, { limit: 2 })).toMatchObject({ status: 201, body: { total_candidates: 2 } });
  expect(await batchesOf(campaign)).toBe(2);
  expect(await api.sql("SELECT 1 FROM idempotency_keys WHERE key = $1", [key])).toHaveLength(1);
});

test("a malformed key is 400 and names the header; operations without idempotency ignore the key", async () => {
  for (const key of ["a b", "x".repeat(256)]) {
    const answer = await post("/v1/campaigns", key, CAMPAIGN);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "Idempotency-Key" }] } });
  }
  const key = newKey();
  const made = [await post("/v1/keys", key, { name: "A", role: "viewer" }, "admin")];
  made.push(await post("/v1/keys", key, { name: "A", role: "viewer" }, "admin"));
  expect(new Set(made.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(2);
});
