import { connect } from "node:net";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const api = useApi();
let lists: { campaigns: string; batches: string; calls: string; candidates: string };
let before: object[];
beforeAll(async () => {
  const campaign = await api.campaign(3);
  const { id } = await api.launch(campaign, {});
  await api.background.close();
  lists = {
    campaigns: "/v1/campaigns",
    batches: "/v1/batches",
    calls: `/v1/batches/${id}/calls`,
    candidates: `/v1/campaigns/${campaign}/candidates`,
  };
  await api.campaign(0);
  await api.launch(await api.campaign(1));
  before = await api.everything();
});
afterEach(async () => expect(await api.everything()).toEqual(before));

const LISTS = ["campaigns", "batches", "calls", "candidates"] as const;
const cursor = (...place: unknown[]) => `cursor=${Buffer.from(JSON.stringify(place)).toString("base64url")}`;

async function expectFault(path: string, ...names: string[]) {
  const { status, type, body, text } = await api.request("GET", path);
  const paths = new Set(body?.errors?.map((fault: { path: string }) => fault.path));
  expect({ path: path.slice(-100), status, code: body?.code, paths: [...paths], text }).toEqual({
    path: path.slice(-100),
    status: 400,
    code: "invalid_request",
    paths: names,
    text: expect.any(String),
  });
  expect(type).toContain("application/problem+json");
}

describe.each(LISTS)("the list of %s", (list) => {
  test.each(["0", "-1", "1001", "1.5", "ten", "", "NaN", "Infinity", "1e99", "5&limit=6", "%00", "9".repeat(400)])(
    "limit=%s is 400",
    (limit) => expectFault(`${lists[list]}?limit=${limit}`, "limit"),
  );

  test.each([
    ["a word", "cursor=begin"],
    ["nothing", "cursor="],
    ["no JSON", `cursor=${Buffer.from("[1,").toString("base64url")}`],
    ["NUL", "cursor=%00"],
    ["too long", `cursor=${"A".repeat(501)}`],
    ["two", `${cursor("1")}&${cursor("2")}`],
    ["an object", `cursor=${Buffer.from('{"id":1}').toString("base64url")}`],
    ["an empty place", cursor()],
    ["a date and no id", cursor("2026-01-01T00:00:00.000Z")],
    ["no date", cursor("yesterday", UNKNOWN_ID)],
    ["null for a date", cursor(null, UNKNOWN_ID)],
    ["a number for a date", cursor(1e15, UNKNOWN_ID)],
    ["a date before all calendars", cursor("-271821-04-20T00:00:00.000Z", UNKNOWN_ID)],
    ["the year 0", cursor("0000-01-01T00:00:00.000Z", UNKNOWN_ID)],
    ["a date after all calendars", cursor("+275760-09-13T00:00:00.000Z", UNKNOWN_ID)],
    ["a malformed id", cursor("2026-01-01T00:00:00.000Z", "17")],
    ["a negative place", cursor("-1")],
    ["a place beyond 64 bits", cursor("9".repeat(19))],
    ["a place and a malformed id", cursor("1", "17")],
    ["a place that is no text", cursor(1, UNKNOWN_ID)],
  ])("a cursor that is %s is 400", (_what, query) => expectFault(`${lists[list]}?${query}`, "cursor"));

  test.each(["limt=5", "Limit=5", "limit[]=5", "page=2", "constructor=1", "__proto__=1", "%00=1"])(
    "?%s is an unknown field",
    (query) => expectFault(`${lists[list]}?${query}`, decodeURIComponent(query.split("=")[0]!)),
  );

  test("a cursor of another kind of list is 400", async () => {
    const other = list === "calls" ? "campaigns" : "calls";
    const { body } = await api.request("GET", `${lists[other]}?limit=1`);
    await expectFault(`${lists[list]}?cursor=${body.next_cursor}`, "cursor");
  });
});

test("an unknown status or filter is 400", async () => {
  for (const status of ["done", "", "IN_PROGRESS", "in_progress&status=completed", "%00", "pending"]) {
    await expectFault(`/v1/batches?status=${status}`, "status");
  }
  for (const status of ["cancelled", "", "in_progress,failed"])
    await expectFault(`${lists.calls}?status=${status}`, "status");
  await expectFault(`${lists.calls}?campaign_id=${UNKNOWN_ID}`, "campaign_id");
  await expectFault(`/v1/campaigns?status=active`, "status");
  await expectFault(`/v1/batches?status=done&limit=0`, "limit", "status");
});

test("an export accepts the same query and refuses the same faults", async () => {
  const { status, body } = await api.request("GET", `${lists.calls}?statsu=failed`, {
    headers: { accept: "text/csv" },
  });
  expect({ status, errors: body.errors }).toEqual({
    status: 400,
    errors: [{ path: "statsu", message: expect.any(String) }],
  });
});

test.each([
  "/v1/campaigns/%ZZ",
  "/v1/%c0%80",
  "/%ZZ",
  `/v1/calls/${"a".repeat(8_000)}`,
  "/v1/batches/%00/calls",
  "/v1/calls/..%2f..%2fcampaigns",
  "//v1/campaigns",
])("%s is 404", async (path) => {
  const { status, body } = await api.request("GET", path);
  expect({ status, code: body?.code }).toEqual({ status: 404, code: "not_found" });
});

test("any id that PostgreSQL accepts as a uuid is accepted, whatever its version", async () => {
  const id = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
  expect(await api.request("GET", `/v1/campaigns/${id}`)).toMatchObject({ status: 404 });
  expect(await api.request("GET", `/v1/batches?campaign_id=${id}`)).toMatchObject({ status: 200, body: { items: [] } });
});

test("a request that is not HTTP is 400, and the server keeps running", async () => {
  const { port } = new URL(api.url);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    connect(Number(port), "127.0.0.1")
      .on("data", (chunk) => {
        text += chunk;
      })
      .on("close", () => resolve(text))
      .on("error", reject)
      .write("GET /v1/campaigns\0 nonsense\r\n\r\n");
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(await api.request("GET", "/healthz")).toMatchObject({ status: 200 });
});
