import { parse } from "csv-parse/sync";
import { CAMPAIGN, createApi, type RequestOptions, type TestApi } from "./test-api.ts";

type Needs = "viewer" | "operator" | "admin";
/** Every route of /v1 with the least role that may use it, and a body that it takes. */
const ROUTES: [method: string, path: string, needs: Needs, options?: RequestOptions][] = [
  ["GET", "/v1/campaigns", "viewer"],
  ["POST", "/v1/campaigns", "operator", { body: CAMPAIGN }],
  ["GET", "/v1/campaigns/:campaign", "viewer"],
  ["PATCH", "/v1/campaigns/:campaign", "operator", { body: { name: "Changed" } }],
  ["GET", "/v1/campaigns/:campaign/candidates", "viewer"],
  [
    "POST",
    "/v1/campaigns/:campaign/candidates",
    "operator",
    { body: { candidates: [{ phone_number: "+14155550199" }] } },
  ],
  [
    "POST",
    "/v1/campaigns/:campaign/candidates",
    "operator",
    { raw: "phone_number\n+14155550198\n", headers: { "content-type": "text/csv" } },
  ],
  ["POST", "/v1/campaigns/:campaign/launch", "operator", { body: { limit: 1 } }],
  ["GET", "/v1/batches", "viewer"],
  ["GET", "/v1/batches/:batch", "viewer"],
  ["GET", "/v1/batches/:batch/calls", "viewer"],
  ["GET", "/v1/batches/:batch/calls", "viewer", { headers: { accept: "text/csv" } }],
  ["GET", "/v1/batches/:batch/reasons", "viewer"],
  ["GET", "/v1/campaigns/:campaign/reasons", "viewer"],
  ["GET", "/v1/campaigns/:campaign/launch", "viewer"],
  ["GET", "/v1/calls/:call", "viewer"],
  ["GET", "/v1/lines", "viewer"],
  ["PUT", "/v1/lines", "admin", { body: { limit: 7 } }],
  ["POST", "/v1/lines/resume", "admin"],
  ["GET", "/v1/audit", "viewer"],
  ["GET", "/v1/session", "viewer"],
  ["POST", "/v1/keys", "admin", { body: { name: "New", role: "viewer" } }],
  ["GET", "/v1/keys", "admin"],
  ["DELETE", "/v1/keys/:key", "admin"],
  ["POST", "/v1/session/link", "admin"],
  ["POST", "/v1/batches/:batch/cancel", "operator"],
  ["POST", "/v1/campaigns/:campaign/stop", "operator"],
];
const RANK: Needs[] = ["viewer", "operator", "admin"];

let api: TestApi;
let ids: Record<string, string>;
beforeAll(async () => {
  api = await createApi();
  const campaign = await api.campaign(20);
  const { id: batch } = await api.launch(campaign, { limit: 2 });
  const [call] = await api.callIds(batch);
  const { body: key } = await api.request("POST", "/v1/keys", { body: { name: "Old", role: "admin" } });
  ids = { ":key": key.id, ":campaign": campaign, ":batch": batch, ":call": call! };
});
afterAll(() => api.close());

const pathOf = (path: string) => path.replace(/:\w+/g, (name) => ids[name]!);

describe.each(ROUTES)("%s %s (%s)", (method, path, needs, options) => {
  const ask = (key: RequestOptions["key"]) => api.request(method, pathOf(path), { ...options, key: key ?? null });

  test.each([[null], ["wrong" as const]])("key %s: 401, and nothing changes", async (key) => {
    const before = await api.everything();
    const answer = await ask(key);
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated", status: 401 } });
    expect(answer.type).toContain("application/problem+json");
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(await api.everything()).toEqual(before);
  });

  test.each(RANK)("%s", async (role) => {
    const before = await api.everything();
    const { status, body } = await ask(role);
    if (RANK.indexOf(role) >= RANK.indexOf(needs)) {
      expect([200, 201, 204]).toContain(status);
      return;
    }
    expect({ status, code: body.code }).toEqual({ status: 403, code: "forbidden" });
    expect(await api.everything()).toEqual(before);
  });
});

test("what is no Bearer header is no key", async () => {
  for (const authorization of [
    "",
    "Bearer",
    "Bearer ",
    "admin-key",
    "Basic YTphZG1pbi1rZXk=",
    "Bearer admin-key extra",
    "Bearer admin-ke",
    "Bearer admin-key1",
  ]) {
    const { status } = await api.request("GET", "/v1/campaigns", { key: null, headers: { authorization } });
    expect({ authorization, status }).toEqual({ authorization, status: 401 });
  }
  const { status } = await api.request("GET", "/v1/campaigns", {
    key: null,
    headers: { authorization: "bearer   admin-key" },
  });
  expect(status).toBe(200);
});

test("an unknown path needs a key below /v1, and is 404 with one", async () => {
  expect(await api.request("GET", "/v1/nothing", { key: null })).toMatchObject({ status: 401 });
  expect(await api.request("GET", "/v1/nothing")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await api.request("DELETE", `/v1/campaigns/${ids[":campaign"]}`)).toMatchObject({ status: 404 });
  expect(await api.request("GET", "/nothing", { key: null })).toMatchObject({
    status: 404,
    body: { code: "not_found" },
  });
});

describe("viewers see every number masked, others see it whole", () => {
  const NUMBER = /\+\d{7,}/;
  const MASKED = "+1•••••1029";
  let batch: string;
  let campaign: string;
  beforeAll(async () => {
    campaign = await api.campaign(1, 29);
    batch = (await api.launch(campaign)).id;
    const [callId] = await api.callIds(batch);
    ids[":call"] = callId!;
    await api.sql(
      `UPDATE retell_calls SET error_message = 'to_number +14155551029 is not reachable', call_status = 'failed',
         analysis = '{"call_summary": "Asked to be called on +14155551029", "deep": [{"to": "+14155551029"}]}' WHERE id = $1`,
      [callId],
    );
    await api.sql(`UPDATE candidates SET dynamic_variables = '{"callback": "+14155551029"}' WHERE campaign_id = $1`, [
      campaign,
    ]);
  });

  test.each([
    ["calls in a list", () => `/v1/batches/${batch}/calls`],
    ["a single call", () => `/v1/calls/${ids[":call"]}`],
    ["candidates", () => `/v1/campaigns/${campaign}/candidates`],
  ])("%s", async (_what, path) => {
    const { text, body } = await api.request("GET", path(), { key: "viewer" });
    expect((body.items?.[0] ?? body).phone_number).toBe(MASKED);
    expect(text).not.toMatch(NUMBER);
    for (const key of ["operator", "admin"] as const) {
      const seen = await api.request("GET", path(), { key });
      expect((seen.body.items?.[0] ?? seen.body).phone_number).toBe("+14155551029");
      expect(text).toBe(seen.text.replaceAll("+14155551029", MASKED));
    }
  });

  test("the number that a campaign calls from", async () => {
    for (const path of ["/v1/campaigns?limit=1000", `/v1/campaigns/${campaign}`]) {
      expect((await api.request("GET", path, { key: "viewer" })).text).not.toMatch(NUMBER);
    }
    expect((await api.request("GET", `/v1/campaigns/${campaign}`, { key: "viewer" })).body.from_number).toBe(
      "+1•••••4444",
    );
    expect((await api.request("GET", `/v1/campaigns/${campaign}`, { key: "operator" })).body.from_number).toBe(
      "+14157774444",
    );
  });

  test("calls as CSV", async () => {
    const csv = (key: "viewer" | "operator") =>
      api.request("GET", `/v1/batches/${batch}/calls`, { key, headers: { accept: "text/csv" } });
    const { text } = await csv("viewer");
    const [row] = parse<Record<string, string>>(text, { columns: true });
    expect(row!.phone_number).toBe(MASKED);
    expect(text).not.toMatch(NUMBER);
    expect((await csv("operator")).text).toContain("+14155551029");
  });
});
