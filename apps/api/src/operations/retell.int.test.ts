import { createDirectory } from "@ringfence/retell";
import { serveApi } from "../testing/serve-api.ts";
import { CAMPAIGN, type TestApi, useApi } from "../testing/test-api.ts";

/** Nothing listens on this port ("discard"). */
const AWAY = { apiKey: "key", baseUrl: "http://127.0.0.1:9" };

const api = useApi({ each: true });

let keys = 0;
const post = (body: object, key = `retell-${++keys}`, base: Pick<TestApi, "request"> = api) =>
  base.request("POST", "/v1/campaigns", { key: "operator", body, headers: { "idempotency-key": key } });

test("numbers and agents of the Retell account are listed, with numbers masked for viewers", async () => {
  api.simulator.account({
    numbers: [
      { phone_number: "+14155550100", nickname: "(415) 555-0100, or +1 415-555-0100", agent_ids: ["agent_1"] },
      "+14155550101",
    ],
    agents: [{ agent_id: "agent_1", agent_name: "Ada" }],
  });
  const items = [
    { phone_number: "+14155550100", nickname: "(415) 555-0100, or +1 415-555-0100", agent_ids: ["agent_1"] },
    { phone_number: "+14155550101", nickname: null, agent_ids: ["agent_sim"] },
  ];
  const list = (what: string, key: "viewer" | "operator") => api.request("GET", `/v1/retell/${what}`, { key });
  expect(await list("numbers", "operator")).toMatchObject({ status: 200, body: { items } });
  const { body, text } = await list("numbers", "viewer");
  expect(body.items.map((item: { phone_number: string }) => item.phone_number)).toEqual(["+1•••••0100", "+1•••••0101"]);
  expect(text).not.toMatch(/\+1 ?415/);
  for (const key of ["viewer", "operator"] as const)
    expect((await list("agents", key)).body).toEqual({ items: [{ agent_id: "agent_1", name: "Ada" }] });
  expect(await api.request("GET", "/v1/retell/numbers?limit=1")).toMatchObject({ status: 400 });
});

test("while Retell is away the lists are 503, and campaigns are saved as unverified", async () => {
  const { request } = await serveApi(api.bed, { directory: createDirectory(AWAY) });
  for (const what of ["numbers", "agents"]) {
    const answer = await request("GET", `/v1/retell/${what}`, { key: "viewer" });
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
  }
  const created = await request("POST", "/v1/campaigns", { body: CAMPAIGN });
  expect(created).toMatchObject({ status: 201, body: { ...CAMPAIGN, unverified: true } });
  const path = `/v1/campaigns/${created.body.id}`;
  expect(await request("PATCH", path, { body: { agent_id: "agent_2" } })).toMatchObject({
    status: 200,
    body: { agent_id: "agent_2", unverified: true },
  });
  expect((await request("PATCH", path, { body: { name: "New" } })).body).not.toHaveProperty("unverified");
  expect((await request("GET", path)).body).not.toHaveProperty("unverified");
});

test("an unknown number or agent, in a new or changed campaign, is 422 at its field, and nothing changes", async () => {
  const campaign = await api.campaign(0);
  api.simulator.account({ numbers: [CAMPAIGN.from_number], agents: ["agent_1"] });
  const before = await api.everything();
  for (const [field, value, code] of [
    ["from_number", "+14150000001", "unknown_number"],
    ["agent_id", "agent_2", "unknown_agent"],
  ] as const) {
    for (const [method, path, body] of [
      ["POST", "/v1/campaigns", { ...CAMPAIGN, [field]: value }],
      ["PATCH", `/v1/campaigns/${campaign}`, { [field]: value }],
    ] as const) {
      const answer = await api.request(method, path, { key: "operator", body });
      expect(answer).toMatchObject({ status: 422, body: { code, errors: [{ path: field }] } });
      expect(answer.text).not.toContain(value);
    }
  }
  expect(await api.everything()).toEqual(before);
  expect(await post(CAMPAIGN)).toMatchObject({ status: 201 });
});

test("a caller number is returned and stored as E.164, however it was written", async () => {
  const { body } = await post({ ...CAMPAIGN, from_number: " +44 (0)20 7183 8750 " });
  expect(body).toMatchObject({ from_number: "+442071838750" });
  const changed = await api.request("PATCH", `/v1/campaigns/${body.id}`, { body: { from_number: "+1.415.777.4444" } });
  expect(changed.body.from_number).toBe("+14157774444");
});

test.each<[string, () => void]>([
  ["has lost the number", () => api.simulator.account({ numbers: [], agents: [] })],
  ["answers nothing any more", () => api.simulator.fault({ match: "*", mode: "reset_before", times: null })],
])("a campaign posted again gets its answer, byte for byte, although Retell %s", async (_what, meanwhile) => {
  const first = await post(CAMPAIGN, "again");
  expect(first.body).not.toHaveProperty("unverified");
  const before = await api.everything();
  meanwhile();
  for (const base of [api, await serveApi(api.bed)]) {
    const again = await post(CAMPAIGN, "again", base);
    expect({ status: again.status, text: again.text }).toEqual({ status: 201, text: first.text });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  }
  expect(await api.everything()).toEqual(before);
});

test("an unverified answer stays so when the campaign is posted again, although Retell answers by then", async () => {
  api.simulator.fault({ match: "GET /get-phone-number/:n", mode: "status", status: 503 });
  const first = await post(CAMPAIGN, "unverified");
  expect(first.body).toMatchObject({ unverified: true });
  expect((await post(CAMPAIGN, "unverified")).text).toBe(first.text);
  expect((await post(CAMPAIGN)).body).not.toHaveProperty("unverified");
});

test("a refusal based on Retell's answer is not stored: the same request is tried anew", async () => {
  api.simulator.account({ numbers: [] });
  expect(await post(CAMPAIGN, "refused")).toMatchObject({ status: 422, body: { code: "unknown_number" } });
  api.simulator.account({ numbers: [CAMPAIGN.from_number] });
  expect(await post(CAMPAIGN, "refused")).toMatchObject({ status: 201 });
});
