import { until } from "@ringfence/testkit";
import { CAMPAIGN, UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const api = useApi();

const audit = async (query = "") =>
  (await api.request("GET", `/v1/audit?limit=1000${query}`, { key: "operator" })).body.items;
const count = async () => (await audit()).length;
const newCampaign = async () => (await api.request("POST", "/v1/campaigns", { body: CAMPAIGN })).body.id as string;
const imported = (id: string, ...numbers: string[]) =>
  api.request("POST", `/v1/campaigns/${id}/candidates`, {
    body: { candidates: numbers.map((phone_number) => ({ phone_number })) },
  });

test("the audit has the life of a campaign, newest first, in pages; viewers see numbers masked", async () => {
  const id = await newCampaign();
  await imported(id, "+14155550101", "+14155550102", "+14155550101", "nonsense");
  const { body: batch } = await api.request("POST", `/v1/campaigns/${id}/launch`, {
    key: "operator",
    body: { limit: 1 },
  });
  await api.request("POST", `/v1/campaigns/${id}/stop`);
  await until("the stop is recorded", async () => (await audit(`&campaign_id=${id}`)).length === 4);
  const change = { name: "Other", from_number: CAMPAIGN.from_number, agent_id: null, status: "active" };
  await api.request("PATCH", `/v1/campaigns/${id}`, { body: change });

  const entries = await audit(`&campaign_id=${id}`);
  const seen = entries.map(({ actor, action, batch_id, detail }: Record<string, unknown>) => ({
    actor,
    action,
    batch_id,
    detail,
  }));
  expect(seen).toEqual([
    {
      actor: "admin",
      action: "campaign.update",
      batch_id: null,
      detail: { name: "Other", agent_id: null, status: "active" },
    },
    {
      actor: "admin",
      action: "campaign.stop",
      batch_id: null,
      detail: expect.objectContaining({ cancelled_now: 1 }),
    },
    {
      actor: "the operator",
      action: "campaign.launch",
      batch_id: batch.id,
      detail: { include: "undialed", limit: 1, total_candidates: 1 },
    },
    {
      actor: "admin",
      action: "candidates.import",
      batch_id: null,
      detail: { created: 2, duplicates: 1, rejected_count: 1 },
    },
    { actor: "admin", action: "campaign.create", batch_id: null, detail: CAMPAIGN },
  ]);
  const { items } = await api.pages(`/v1/audit?campaign_id=${id}&limit=2`, "viewer");
  expect(items.map((each) => each.id)).toEqual(entries.map((each: { id: string }) => each.id));
  expect(JSON.stringify(items)).not.toMatch(/\+\d{7,}/);
  expect(JSON.stringify(entries)).toContain(CAMPAIGN.from_number);
  expect(await api.request("GET", "/v1/audit?campaign_id=nonsense")).toMatchObject({ status: 404 });
});

test("changes of lines and keys are recorded", async () => {
  await api.request("PUT", "/v1/lines", { body: { limit: 6, calls_per_second: 0 } });
  await api.hold("Retell answered 402");
  await api.request("POST", "/v1/lines/resume");
  const { body: key } = await api.request("POST", "/v1/keys", { body: { name: "K", role: "viewer" } });
  await api.request("DELETE", `/v1/keys/${key.id}`);
  const entries = (await audit())
    .slice(0, 5)
    .map(({ action, detail }: Record<string, unknown>) => ({ action, detail }));
  expect(entries).toEqual([
    { action: "key.delete", detail: { name: "K", prefix: key.prefix } },
    { action: "key.create", detail: { name: "K", role: "viewer", prefix: key.prefix, expires_at: null } },
    { action: "lines.resume", detail: { reason: "Retell answered 402" } },
    { action: "lines.hold", detail: { reason: "Retell answered 402" } },
    { action: "lines.change", detail: { limit: 6 } },
  ]);
});

test("a request that changes nothing is not recorded", async () => {
  const id = await newCampaign();
  await imported(id, "+14155550101");
  const before = await count();
  const { limit } = (await api.request("GET", "/v1/lines")).body;
  await imported(id, "+14155550101", "nonsense");
  await api.request("PATCH", `/v1/campaigns/${id}`, { body: { ...CAMPAIGN, status: "active" } });
  await api.request("PATCH", `/v1/campaigns/${UNKNOWN_ID}`, { body: { name: "Nobody's" } });
  await api.request("PUT", "/v1/lines", { body: { limit } });
  await api.request("POST", "/v1/lines/resume");
  await api.request("DELETE", `/v1/keys/${UNKNOWN_ID}`);
  expect(await api.request("POST", `/v1/campaigns/${await api.campaign(0)}/launch`)).toMatchObject({ status: 409 });
  // The entry of the campaign that the refused launch belongs to.
  expect(await count()).toBe(before + 1);
});

test("a change that cannot be recorded is rolled back", async () => {
  const id = await newCampaign();
  await imported(id, "+14155550101");
  const { body: key } = await api.request("POST", "/v1/keys", { body: { name: "Stays", role: "viewer" } });
  await api.hold("stays");
  const before = await api.everything();
  await api.sql("ALTER TABLE audit ADD CONSTRAINT closed CHECK (action = 'none') NOT VALID");
  try {
    const changes: [string, string, object?][] = [
      ["POST", "/v1/campaigns", CAMPAIGN],
      ["PATCH", `/v1/campaigns/${id}`, { name: "Changed" }],
      ["POST", `/v1/campaigns/${id}/candidates`, { candidates: [{ phone_number: "+14155550109" }] }],
      ["POST", `/v1/campaigns/${id}/launch`],
      ["PUT", "/v1/lines", { limit: 77 }],
      ["POST", "/v1/lines/resume"],
      ["POST", "/v1/keys", { name: "Never", role: "admin" }],
      ["DELETE", `/v1/keys/${key.id}`],
    ];
    for (const [method, path, body] of changes) {
      const { status } = await api.request(method, path, body ? { body } : {});
      expect({ method, path, status }).toEqual({ method, path, status: 500 });
    }
    expect(await api.everything()).toEqual(before);
  } finally {
    await api.sql("ALTER TABLE audit DROP CONSTRAINT closed");
  }
});
