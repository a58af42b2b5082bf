import { gzipSync } from "node:zlib";
import { CAMPAIGN, type TestApi, useApi } from "../testing/test-api.ts";

const NUMBER = CAMPAIGN.from_number;
const LONE_SURROGATE = "\ud800";
const long = (length: number) => "x".repeat(length);
const one = (candidate: object) => ({ candidates: [{ phone_number: NUMBER }, { phone_number: NUMBER, ...candidate }] });

/** Every request of /v1 that takes a body, with faulty bodies and the paths that the answer names. */
const FAULTS: [method: string, path: string, faults: [body: unknown, ...paths: string[]][]][] = [
  [
    "POST",
    "/v1/campaigns",
    [
      [{}, "name", "from_number"],
      [undefined, "name", "from_number"],
      [{ ...CAMPAIGN, name: 5 }, "name"],
      [{ ...CAMPAIGN, name: null }, "name"],
      [{ ...CAMPAIGN, name: ["a"] }, "name"],
      [{ ...CAMPAIGN, name: "  " }, "name"],
      [{ ...CAMPAIGN, name: long(201) }, "name"],
      [{ ...CAMPAIGN, name: "a\0b" }, "name"],
      [{ ...CAMPAIGN, name: `a${LONE_SURROGATE}b` }, "name"],
      [{ ...CAMPAIGN, from_number: "4155550100" }, "from_number"],
      [{ ...CAMPAIGN, from_number: 14155550100 }, "from_number"],
      [{ ...CAMPAIGN, from_number: `${NUMBER}\0` }, "from_number"],
      [{ ...CAMPAIGN, from_number: long(50_000) }, "from_number"],
      [{ ...CAMPAIGN, agent_id: 7 }, "agent_id"],
      [{ ...CAMPAIGN, agent_id: "" }, "agent_id"],
      [{ ...CAMPAIGN, agent_id: "agent\0" }, "agent_id"],
      [{ ...CAMPAIGN, agentId: "agent_1" }, "agentId"],
      [{ ...CAMPAIGN, status: "paused", id: "1" }, "status", "id"],
      [{ nmae: "A", from_number: NUMBER }, "name", "nmae"],
    ],
  ],
  [
    "PATCH",
    "/v1/campaigns/:campaign",
    [
      [{ name: null }, "name"],
      [{ name: "\0" }, "name"],
      [{ name: long(201) }, "name"],
      [{ from_number: "" }, "from_number"],
      [{ from_number: {} }, "from_number"],
      [{ agent_id: false }, "agent_id"],
      [{ status: "paused" }, "status"],
      [{ status: "ACTIVE" }, "status"],
      [{ status: true }, "status"],
      [{ name: "Not kept", candidates: 0 }, "candidates"],
    ],
  ],
  [
    "POST",
    "/v1/campaigns/:campaign/candidates",
    [
      [{}, "candidates"],
      [{ candidates: [] }, "candidates"],
      [{ candidates: {} }, "candidates"],
      [{ candidates: "+14155550100" }, "candidates"],
      [{ candidates: ["+14155550100"] }, "candidates.0"],
      [{ candidates: [null] }, "candidates.0"],
      [{ candidates: Array.from({ length: 10_001 }, () => 0) }, "candidates"],
      [one({ phone_number: 14155550100 }), "candidates.1.phone_number"],
      [one({ phone_number: undefined }), "candidates.1.phone_number"],
      [one({ phone: NUMBER }), "candidates.1.phone"],
      [one({ name: 5 }), "candidates.1.name"],
      [one({ name: long(201) }), "candidates.1.name"],
      [one({ name: "a\0b" }), "candidates.1.name"],
      [one({ name: LONE_SURROGATE }), "candidates.1.name"],
      [one({ external_id: 17 }), "candidates.1.external_id"],
      [one({ external_id: "\0" }), "candidates.1.external_id"],
      [one({ dynamic_variables: [] }), "candidates.1.dynamic_variables"],
      [one({ dynamic_variables: null }), "candidates.1.dynamic_variables"],
      [one({ dynamic_variables: "city" }), "candidates.1.dynamic_variables"],
      [one({ dynamic_variables: { city: null } }), "candidates.1.dynamic_variables.city"],
      [one({ dynamic_variables: { city: { name: "Rome" } } }), "candidates.1.dynamic_variables.city"],
      [one({ dynamic_variables: { city: "a\0b" } }), "candidates.1.dynamic_variables.city"],
      [one({ dynamic_variables: { city: LONE_SURROGATE } }), "candidates.1.dynamic_variables.city"],
      [one({ dynamic_variables: { "ci\0ty": "Rome" } }), "candidates.1.dynamic_variables.ci\0ty"],
      [{ ...one({}), dry_run: true }, "dry_run"],
    ],
  ],
  [
    "POST",
    "/v1/campaigns/:campaign/launch",
    [
      [{ include: "all" }, "include"],
      [{ include: null }, "include"],
      [{ limit: 0 }, "limit"],
      [{ limit: -1 }, "limit"],
      [{ limit: 1.5 }, "limit"],
      [{ limit: "1" }, "limit"],
      [{ limit: null }, "limit"],
      [{ limit: 1e300 }, "limit"],
      [{ limits: 1 }, "limits"],
    ],
  ],
  [
    "POST",
    "/v1/campaigns/:campaign/stop",
    [
      [{ mode: "now" }, "mode"],
      [{ mode: null }, "mode"],
      [{ Mode: "hangup" }, "Mode"],
    ],
  ],
  [
    "POST",
    "/v1/batches/:batch/cancel",
    [
      [{ mode: "now" }, "mode"],
      [{ mode: ["hangup"] }, "mode"],
      [{ moed: "hangup" }, "moed"],
    ],
  ],
  [
    "PUT",
    "/v1/lines",
    [
      [{}, "limit"],
      [undefined, "limit"],
      [{ limit: 0 }, "limit"],
      [{ limit: 10_001 }, "limit"],
      [{ limit: 2.5 }, "limit"],
      [{ limit: "5" }, "limit"],
      [{ limit: null }, "limit"],
      [{ limit: 3, calls_per_second: -1 }, "calls_per_second"],
      [{ calls_per_second: "1" }, "calls_per_second"],
      [{ calls_per_second: 10_001 }, "calls_per_second"],
      [{ calls_per_second: 1e-300 }, "calls_per_second"],
      [{ limit: 3, lines: 3 }, "lines"],
    ],
  ],
  ["POST", "/v1/lines/resume", [[{ now: true }, "now"]]],
];
const WRITING = FAULTS.map(([method, path]) => [method, path] as const);

const api = useApi();
let ids: Record<string, string>;
let before: object[];
beforeAll(async () => {
  const campaign = await api.campaign(3);
  ids = { ":campaign": campaign, ":batch": (await api.launch(campaign, { limit: 1 })).id };
  await api.background.close();
});
beforeEach(async () => {
  before = await api.everything();
});
afterEach(async () => expect(await api.everything()).toEqual(before));

const pathOf = (path: string) => path.replace(/:\w+/g, (name) => ids[name]!);
const rawJson = (raw: string | Uint8Array, headers: Record<string, string> = {}) => ({
  raw,
  headers: { "content-type": "application/json", ...headers },
});
/** A short form of an answer; it says so if a problem is incomplete. */
function inShort({ status, type, body, text }: Awaited<ReturnType<TestApi["request"]>>): [number, string, ...string[]] {
  const whole =
    type?.startsWith("application/problem+json") && body.status === status && body.title && body.detail && body.type;
  if (!whole) return [status, `not a problem: ${text.slice(0, 200)}`];
  const faults = (body.errors ?? []) as { path: string; message: string }[];
  for (const { message } of faults) expect(message).toMatch(/\w{3}/);
  return [status, body.code, ...new Set(faults.map(({ path }) => path).sort())];
}
const brief = (body: unknown) => String(JSON.stringify(body)).slice(0, 150);

test.each(FAULTS)("%s %s names what is wrong with each of its fields", async (method, path, faults) => {
  for (const [body, ...paths] of faults) {
    const answer = inShort(await api.request(method, pathOf(path), { body }));
    expect({ body: brief(body), answer }).toEqual({
      body: brief(body),
      answer: [400, "invalid_request", ...paths.sort()],
    });
  }
});

describe.each(WRITING)("%s %s", (method, path) => {
  const send = async (raw: string | Uint8Array, headers: Record<string, string> = {}) =>
    inShort(await api.request(method, pathOf(path), rawJson(raw, headers)));

  test.each<[string, string | Uint8Array, Record<string, string>]>([
    ["broken off", '{"name": "A"', {}],
    ["no JSON", "name=A", {}],
    ["JSON with a trailing comma", '{"name": "A",}', {}],
    ["a text", '"text"', {}],
    ["a number", "17", {}],
    ["null", "null", {}],
    ["a list", "[]", {}],
    ["a list of objects", '[{"name": "A"}]', {}],
    ["NaN", '{"limit": NaN}', {}],
    ["no text", new Uint8Array([0xff, 0xfe, 0x00]), {}],
    ["plain and called gzip", '{"name": "A"}', { "content-encoding": "gzip" }],
  ])("a body that is %s is 400", async (_what, raw, headers) => {
    expect(await send(raw, headers)).toEqual([400, "invalid_request", "body"]);
  });

  test.each([
    ["of no type", {}],
    ["of plain text", { "content-type": "text/plain" }],
    ["of a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["of many parts", { "content-type": "multipart/form-data; boundary=x" }],
    ["of XML", { "content-type": "application/xml" }],
    ["of a type without sense", { "content-type": "json" }],
    ["of JSON in another charset", { "content-type": "application/json; charset=iso-8859-1" }],
    ["of JSON in an unknown encoding", { "content-type": "application/json", "content-encoding": "snappy" }],
  ])("a body %s is 415", async (_what, headers) => {
    const answer = await api.request(method, pathOf(path), { raw: Buffer.from('{"name": "A"}'), headers });
    expect(inShort(answer)).toEqual([415, "unsupported_media_type"]);
  });

  test("a huge body is 413, even if it arrives small, as gzip", async () => {
    const huge = JSON.stringify({ name: long(path.endsWith("/candidates") ? 20_000_000 : 100_000) });
    expect(await send(huge)).toEqual([413, "too_large"]);
    expect(await send(gzipSync(huge), { "content-encoding": "gzip" })).toEqual([413, "too_large"]);
  });

  test("a field name that every JavaScript object has is unknown like any other", async () => {
    expect(await send('{"constructor": 1, "toString": 2, "__proto__": {"name": "A"}}')).toEqual(
      expect.arrayContaining([400, "invalid_request", "constructor", "toString"]),
    );
  });

  test("a query is refused, because fields meant for the body would be lost", async () => {
    const answer = await api.request(method, `${pathOf(path)}?limit=1&mode=hangup`, { body: {} });
    expect(inShort(answer)).toEqual([400, "invalid_request", "limit", "mode"]);
  });
});

test("the first thousand of very many faults are named", async () => {
  const body = { candidates: Array.from({ length: 1_200 }, () => ({ phone_number: 5 })) };
  const answer = await api.request("POST", pathOf("/v1/campaigns/:campaign/candidates"), { body });
  expect(inShort(answer)).toHaveLength(2 + 1_000);
});

test("a list of ten million wrong elements is refused immediately, for its length", async () => {
  const raw = `{"candidates":[${"0,".repeat(9_900_000)}0]}`;
  const answer = await api.request("POST", pathOf("/v1/campaigns/:campaign/candidates"), rawJson(raw));
  expect(inShort(answer)).toEqual([400, "invalid_request", "candidates"]);
});
