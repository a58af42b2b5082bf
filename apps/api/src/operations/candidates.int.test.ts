import { useApi } from "../testing/test-api.ts";

const CANDIDATE_KEYS = [
  "campaign_id",
  "created_at",
  "dynamic_variables",
  "external_id",
  "id",
  "last_call_cancelled",
  "last_call_status",
  "name",
  "phone_number",
];

const api = useApi();

const importJson = (campaignId: string, candidates: unknown) =>
  api.request("POST", `/v1/campaigns/${campaignId}/candidates`, { key: "operator", body: { candidates } });
const numberOf = (n: number) => `+1415${5_550_000 + n}`;

test("candidates are imported as JSON and listed in order, with E.164 numbers and variables as strings", async () => {
  const id = await api.campaign(0);
  const answer = await importJson(id, [
    {
      phone_number: " +1 (415) 555-0103 ",
      name: "Zoë",
      external_id: "x-1",
      dynamic_variables: { age: 42, vip: true, city: "Köln", zero: 0 },
    },
    { phone_number: "+44 20 7183 8750" },
    { phone_number: "+14155550101", name: null, external_id: null, dynamic_variables: {} },
  ]);
  expect(answer).toMatchObject({ status: 200, body: { created: 3, duplicates: 0, rejected_count: 0, rejected: [] } });
  expect(Object.keys(answer.body).sort()).toEqual([
    "created",
    "duplicates",
    "on_do_not_call",
    "rejected",
    "rejected_count",
    "updated",
  ]);

  const { body } = await api.request("GET", `/v1/campaigns/${id}/candidates`, { key: "operator" });
  expect(body.next_cursor).toBeNull();
  for (const item of body.items) expect(Object.keys(item).sort()).toEqual(CANDIDATE_KEYS);
  expect(body.items).toMatchObject([
    {
      campaign_id: id,
      phone_number: "+14155550103",
      name: "Zoë",
      external_id: "x-1",
      dynamic_variables: { age: "42", vip: "true", city: "Köln", zero: "0" },
    },
    { phone_number: "+442071838750", name: null, external_id: null, dynamic_variables: {}, last_call_status: null },
    { phone_number: "+14155550101", name: null, external_id: null, dynamic_variables: {} },
  ]);
});

test.each([
  [{ dynamic_variables: { age: 42, vip: false } }, { age: "42", vip: "false" }],
  [
    { name: "Ada", external_id: "x-1", dynamic_variables: { age: 42 } },
    { name: "Ada", external_id: "x-1", age: "42" },
  ],
  [
    { name: "Ada", external_id: "x-1", dynamic_variables: { name: "Ms Ada", external_id: "" } },
    { name: "Ms Ada", external_id: "" },
  ],
])("the dial carries the candidate's fields: %j as %j", async (fields, dynamicVariables) => {
  const id = await api.campaign(0);
  await importJson(id, [{ phone_number: numberOf(100), ...fields }]);
  const [callId] = await api.callIds((await api.launch(id)).id);
  const claim = await api.ask(callId!);
  expect(claim).toMatchObject({ kind: "yours", call: { toNumber: numberOf(100) } });
  expect(claim.kind === "yours" && claim.call.dynamicVariables).toEqual(dynamicVariables);
});

test("bad numbers are named by row and skipped; duplicates within the list and against the campaign are counted", async () => {
  const id = await api.campaign(0);
  expect((await importJson(id, [{ phone_number: numberOf(101) }])).body.created).toBe(1);
  const { body } = await importJson(id, [
    { phone_number: "4155550102" },
    { phone_number: numberOf(101) },
    { phone_number: "+1 415 555 0102" },
    { phone_number: numberOf(102) },
    { phone_number: "" },
    { phone_number: "+1" },
    { phone_number: "+14155550103 ext. 7" },
    { phone_number: "+1415555010\u0000" },
    { phone_number: "dial +14155550104" },
  ]);
  expect({ ...body, rejected: body.rejected.map(({ row }: { row: number }) => row) }).toEqual({
    created: 1,
    updated: 0,
    duplicates: 2,
    on_do_not_call: 0,
    rejected_count: 6,
    rejected: [1, 5, 6, 7, 8, 9],
  });
  expect(body.rejected[0]).toEqual({
    row: 1,
    line: null,
    phone_number: "4155550102",
    reason: "Must be international: begin with + and the country code",
    values: { phone_number: "4155550102" },
  });
  for (const { reason } of body.rejected) expect(reason.length).toBeGreaterThan(10);
  expect((await api.pages(`/v1/campaigns/${id}/candidates`)).items.map((item) => item.phone_number)).toEqual([
    numberOf(101),
    numberOf(102),
  ]);
});

test("the first of two equal numbers is stored", async () => {
  const id = await api.campaign(0);
  await importJson(id, [
    { phone_number: numberOf(103), name: "First" },
    { phone_number: numberOf(104), name: "Between" },
    { phone_number: numberOf(103), name: "Second" },
  ]);
  expect((await api.pages(`/v1/campaigns/${id}/candidates`)).items.map((item) => item.name)).toEqual([
    "First",
    "Between",
  ]);
});

test("a number may be in two campaigns", async () => {
  for (let n = 0; n < 2; n++) {
    expect((await importJson(await api.campaign(0), [{ phone_number: numberOf(105) }])).body.created).toBe(1);
  }
});

test("10,000 candidates in one request are accepted; one more is refused whole", async () => {
  const id = await api.campaign(0);
  const many = Array.from({ length: 10_000 }, (_, n) => ({ phone_number: numberOf(n), name: `N ${n}` }));
  const over = await importJson(id, [...many, { phone_number: numberOf(10_001) }]);
  expect(over).toMatchObject({ status: 400, body: { code: "invalid_request", errors: [{ path: "candidates" }] } });
  expect((await api.request("GET", `/v1/campaigns/${id}`)).body.candidates).toBe(0);
  expect((await importJson(id, many)).body).toMatchObject({ created: 10_000, duplicates: 0, rejected_count: 0 });
  const { items, count } = await api.pages(`/v1/campaigns/${id}/candidates?limit=1000`);
  expect(count).toBe(10);
  expect(items.map((item) => item.phone_number)).toEqual(many.map((item) => item.phone_number));
});

test("the first thousand rejected rows are named, all are counted", async () => {
  const id = await api.campaign(0);
  const { body } = await importJson(
    id,
    Array.from({ length: 1_005 }, () => ({ phone_number: "1" })),
  );
  expect(body).toMatchObject({ created: 0, rejected_count: 1_005, rejected: { length: 1_000 } });
  expect(body.rejected.at(-1).row).toBe(1_000);
});

test("a candidate shows the status of its newest call", async () => {
  const id = await api.campaign(2);
  const batch = await api.launch(id, { limit: 1 });
  const statuses = async () =>
    (await api.pages(`/v1/campaigns/${id}/candidates?limit=1`)).items.map((item) => item.last_call_status);
  expect(await statuses()).toEqual(["pending", null]);
  await api.request("POST", `/v1/batches/${batch.id}/cancel`);
  expect(await statuses()).toEqual(["failed", null]);
  await api.launch(id, { limit: 1 });
  expect(await statuses()).toEqual(["pending", null]);
});

test("an import into a stopped campaign is stored and calls nobody", async () => {
  const id = await api.campaign(0);
  await api.request("POST", `/v1/campaigns/${id}/stop`);
  expect((await importJson(id, [{ phone_number: numberOf(106) }])).body.created).toBe(1);
  expect(await api.request("POST", `/v1/campaigns/${id}/launch`)).toMatchObject({
    status: 409,
    body: { code: "campaign_paused" },
  });
});

describe("a candidate", () => {
  const one = async () => {
    const campaign = await api.campaign(1);
    const { body } = await api.request("GET", `/v1/campaigns/${campaign}/candidates`);
    return { campaign, id: body.items[0].id as string };
  };

  test("is read, corrected and deleted", async () => {
    const { campaign, id } = await one();
    const path = `/v1/candidates/${id}`;
    expect((await api.request("GET", path, { key: "viewer" })).body).toMatchObject({ id, phone_number: "+1•••••1000" });
    const change = { phone_number: "+1 415 555 2000", name: "Ana", external_id: null, dynamic_variables: { age: 41 } };
    expect(await api.request("PATCH", path, { key: "operator", body: change })).toMatchObject({
      status: 200,
      body: { id, phone_number: "+14155552000", name: "Ana", external_id: null, dynamic_variables: { age: "41" } },
    });
    expect(await api.request("DELETE", path, { key: "operator" })).toMatchObject({ status: 204, text: "" });
    expect(await api.request("GET", path)).toMatchObject({ status: 404 });
    expect((await api.request("GET", `/v1/campaigns/${campaign}`)).body).toMatchObject({ candidates: 0 });
  });

  test("with an unfinished call is neither corrected nor deleted", async () => {
    const { campaign, id } = await one();
    await api.launch(campaign);
    for (const [method, body] of [
      ["PATCH", { name: "Ana" }],
      ["DELETE", undefined],
    ] as const) {
      expect(await api.request(method, `/v1/candidates/${id}`, { body })).toMatchObject({
        status: 409,
        body: { code: "call_unfinished" },
      });
    }
  });

  test.each<[object, string]>([
    [{ phone_number: "555" }, "phone_number"],
    [{ phone_number: null }, "phone_number"],
    [{ age: 41 }, "age"],
    [{ dynamic_variables: { a: [] } }, "dynamic_variables.a"],
  ])("%j is refused, and the answer names the field", async (body, path) => {
    const { id } = await one();
    const before = await api.everything();
    expect(await api.request("PATCH", `/v1/candidates/${id}`, { body })).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    });
    expect(await api.everything()).toEqual(before);
  });

  test("a repeated correction or deletion under an Idempotency-Key gets the same answer", async () => {
    const { id } = await one();
    const send = (method: string, body?: object) =>
      api.request(method, `/v1/candidates/${id}`, {
        body,
        headers: { "idempotency-key": `${method} ${id}`.replace(" ", "-") },
      });
    const first = await send("PATCH", { name: "Ana" });
    expect((await send("PATCH", { name: "Ana" })).text).toBe(first.text);
    expect([(await send("DELETE")).status, (await send("DELETE")).status]).toEqual([204, 204]);
  });
});
