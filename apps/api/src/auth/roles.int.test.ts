import { mayActAs, ROLES, type Role } from "@ringfence/domain";
import { parse } from "csv-parse/sync";
import { documentedPath } from "../http/document.ts";
import { OPERATIONS } from "../operations/all-operations.ts";
import type { RequestOptions } from "../testing/send-request.ts";
import { useApi } from "../testing/test-api.ts";

/** Who may call which operation, repeated here because the app and its documentation take it from the same place. */
const NEEDS: Record<Role | "nobody", string> = {
  nobody: "signIn signOut",
  viewer: `listCampaigns getCampaign previewLaunch listCampaignReasons listCandidates getCandidate listDoNotCall listBatches getBatch getBatchWaiting listBatchReceipts listCampaignReceipts
    listCalls listBatchReasons getCall streamEvents getLines getSession listAudit listRetellNumbers listRetellAgents`,
  operator: `createCampaign updateCampaign deleteCampaign launchCampaign stopCampaign importCandidates correctCandidate deleteCandidate
    addToDoNotCall removeFromDoNotCall cancelBatch holdBatch holdCampaign resumeBatch resumeCampaign`,
  admin: `changeLines resumeLines createKey listKeys deleteKey makeSignInLink createWebhook listWebhooks getWebhook deleteWebhook
    listDeliveries replayWebhook replayDelivery`,
};
const needsOf = new Map(
  Object.entries(NEEDS).flatMap(([needs, ids]) =>
    ids.split(/\s+/).map((id): [string, Role | "nobody"] => [id, needs as Role]),
  ),
);

/** Bodies for operations whose example would leave nothing to do for the next role. */
const BODIES: Record<string, object> = { launchCampaign: { limit: 1 }, createKey: { name: "New", role: "viewer" } };
/** Every request in the documentation, which is every route of the app, and the further media types of operations that have several. */
const REQUESTS = [
  ...OPERATIONS.flatMap((operation) => {
    const { id, method, body } = operation;
    const needs = needsOf.get(id) ?? "nobody";
    if (needs === "nobody") return [];
    return [{ id, method, path: documentedPath(operation), needs, options: requestOf(BODIES[id] ?? body?.example) }];
  }),
  {
    id: "importCandidates as CSV",
    method: "post",
    path: "/v1/campaigns/{id}/candidates",
    needs: "operator" as const,
    options: { raw: "phone_number\n+14155550198\n", headers: { "content-type": "text/csv" } },
  },
  {
    id: "listCalls as CSV",
    method: "get",
    path: "/v1/batches/{id}/calls",
    needs: "viewer" as const,
    options: { headers: { accept: "text/csv" } },
  },
];
const api = useApi();
let ids: Record<string, string>;
const strangers: Record<string, string | null> = { none: null, wrong: "nobody's key" };
beforeAll(async () => {
  ids = await api.oneOfEach();
  const expired = await api.request("POST", "/v1/keys", { body: { name: "Expired", role: "admin" } });
  await api.sql("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1", [expired.body.id]);
  const deleted = await api.request("POST", "/v1/keys", { body: { name: "Deleted", role: "admin" } });
  await api.request("DELETE", `/v1/keys/${deleted.body.id}`);
  Object.assign(strangers, { expired: expired.body.key, deleted: deleted.body.key });
});

function requestOf(body: object | undefined): RequestOptions {
  return body ? { body } : {};
}
const pathOf = (path: string) => path.replace(/^\/v1\/([\w-]+)\/\{id\}/, (_, of: string) => `/v1/${of}/${ids[of]}`);

test("each operation needs the role that this file names, and only signing in and out need no key", () => {
  expect(Object.fromEntries(OPERATIONS.map(({ id, needs }) => [id, needs ?? "nobody"]))).toEqual(
    Object.fromEntries(needsOf),
  );
});

describe.each(REQUESTS)("$id ($needs)", ({ id, method, path, needs, options }) => {
  // A stream does not end; a HEAD request does, and needs the same role.
  const name = id === "streamEvents" ? "HEAD" : method.toUpperCase();
  // What one role deleted is missing for the next role, and what was stopped cannot be held.
  if (method === "delete" || id === "holdBatch") {
    const anew = async () => {
      ids = await api.oneOfEach();
    };
    beforeEach(async () => {
      await anew();
      // A campaign with calls cannot be deleted.
      if (id === "deleteCampaign") ids.campaigns = await api.campaign(1);
    });
    afterAll(anew);
  }

  test.each(["none", "wrong", "expired", "deleted"])(
    "a request with key %s is 401 and changes nothing",
    async (stranger) => {
      const before = await api.everything();
      const key = strangers[stranger];
      const headers = { ...options.headers, ...(key && { authorization: `Bearer ${key}` }) };
      const answer = await api.request(name, pathOf(path), { ...options, headers, key: null });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      if (name !== "HEAD") expect(answer.body).toMatchObject({ code: "unauthenticated", status: 401 });
      expect(await api.everything()).toEqual(before);
    },
  );

  test.each(ROLES)("%s", async (role) => {
    const before = await api.everything();
    const { status, body } = await api.request(name, pathOf(path), { ...options, key: role });
    if (mayActAs(role, needs)) {
      expect([200, 201, 204]).toContain(status);
      return;
    }
    expect({ status, code: body.code }).toEqual({ status: 403, code: "forbidden" });
    expect(await api.everything()).toEqual(before);
  });
});

test("a header that is not a Bearer header counts as no key", async () => {
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
  expect(await api.request("PUT", `/v1/campaigns/${ids.campaigns}`)).toMatchObject({ status: 404 });
  expect(await api.request("GET", "/nothing", { key: null })).toMatchObject({
    status: 404,
    body: { code: "not_found" },
  });
});

describe("viewers see every number masked, other roles see it whole", () => {
  const NUMBER = /\+\d{7,}/;
  const MASKED = "+1•••••1029";
  let batch: string;
  let campaign: string;
  beforeAll(async () => {
    campaign = await api.campaign(1, 29);
    batch = (await api.launch(campaign)).id;
    const [callId] = await api.callIds(batch);
    ids.calls = callId!;
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
    ["a single call", () => `/v1/calls/${ids.calls}`],
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

  test("the caller number of a campaign is masked", async () => {
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

  test("numbers are masked in the CSV export of calls", async () => {
    const csv = (key: "viewer" | "operator") =>
      api.request("GET", `/v1/batches/${batch}/calls`, { key, headers: { accept: "text/csv" } });
    const { text } = await csv("viewer");
    const [row] = parse<Record<string, string>>(text, { columns: true });
    expect(row!.phone_number).toBe(MASKED);
    expect(text).not.toMatch(NUMBER);
    expect((await csv("operator")).text).toContain("+14155551029");
  });
});
