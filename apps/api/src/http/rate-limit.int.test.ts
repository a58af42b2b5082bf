import { openRateCounter, type RateCounter } from "@ringfence/queue";
import { until } from "@ringfence/testkit";
import { serveApi } from "../testing/serve-api.ts";
import { useApi } from "../testing/test-api.ts";
import { openProxy } from "../testing/test-proxy.ts";
import { limitRate } from "./rate-limit.ts";

const LIMIT = 20;

const api = useApi();

const limited = async (url = api.redisUrl, limit = LIMIT) => {
  const counter: RateCounter = openRateCounter(url, `${api.prefix}${Math.random()}`, () => undefined);
  api.onClose(counter.close);
  return [
    await serveApi(api.bed, { limitRate: limitRate(limit, counter) }),
    await serveApi(api.bed, { limitRate: limitRate(limit, counter) }),
  ] as const;
};
type Served = Awaited<ReturnType<typeof limited>>[0];
const statusesOf = async (served: readonly Served[], times: number, key: "viewer" | "operator") =>
  await Promise.all(
    Array.from(
      { length: times },
      async (_, n) => (await served[n % served.length]!.request("GET", "/v1/lines", { key })).status,
    ),
  );
const many = (statuses: number[], status: number) => statuses.filter((each) => each === status).length;

test("two processes count together, each key separately; headers say how many requests are left", async () => {
  const served = await limited();
  const first = await served[0].request("GET", "/v1/lines", { key: "viewer" });
  expect(first.headers.get("ratelimit-policy")).toMatch(/^"per-minute"; q=20; w=60/);
  expect(first.headers.get("ratelimit")).toMatch(/^"per-minute"; r=19; t=\d+/);
  const statuses = await statusesOf(served, LIMIT + 9, "viewer");
  expect([many(statuses, 200), many(statuses, 429)]).toEqual([LIMIT - 1, 10]);
  const refused = await served[1].request("GET", "/v1/lines", { key: "viewer" });
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await served[1].request("GET", "/v1/lines", { key: "operator" })).toMatchObject({ status: 200 });
});

test("a browser is counted apart from its key", async () => {
  const [served] = await limited();
  const cookie = await api.signIn(await api.storedKey("operator"));
  const asked = await Promise.all(
    Array.from({ length: LIMIT + 1 }, () => served.request("GET", "/v1/lines", { key: null, headers: { cookie } })),
  );
  expect(
    many(
      asked.map(({ status }) => status),
      429,
    ),
  ).toBe(1);
  expect(await served.request("GET", "/v1/lines", { key: "operator" })).toMatchObject({ status: 200 });
});

test("stops and Retell's webhooks are never refused", async () => {
  const served = await limited();
  const campaign = await api.campaign(2);
  const { id } = await api.launch(campaign);
  await statusesOf(served, LIMIT + 1, "operator");
  const ask = (method: string, path: string) => served[0].request(method, path, { key: "operator" });
  expect(await ask("GET", `/v1/batches/${id}`)).toMatchObject({ status: 429 });
  for (let times = 0; times < 3; times++) {
    expect(await ask("POST", `/v1/batches/${id}/cancel`)).toMatchObject({ status: 200 });
    expect(await ask("POST", `/v1/campaigns/${campaign}/stop`)).toMatchObject({ status: 200 });
    expect(await ask("POST", "/webhooks/retell")).toMatchObject({ status: 401 });
  }
});

test("while Redis is away nobody is refused and every request is answered; once it is back, requests are counted", async () => {
  const proxy = await openProxy(api.redisUrl);
  const served = await limited(proxy.url);
  expect((await served[0].request("GET", "/v1/lines", { key: "viewer" })).status).toBe(200);
  await proxy.cut();
  expect(many(await statusesOf(served, LIMIT * 2, "viewer"), 200)).toBe(LIMIT * 2);
  await proxy.heal();
  await until("they are counted again", async () => many(await statusesOf(served, LIMIT * 2, "viewer"), 429) > 0);
  await proxy.cut();
});

test("an API started while Redis is away refuses nobody", async () => {
  const served = await limited("redis://127.0.0.1:9");
  expect(many(await statusesOf(served, LIMIT * 2, "viewer"), 200)).toBe(LIMIT * 2);
});

test("a limit of 0 means no limit and no headers", async () => {
  const [served] = await limited(api.redisUrl, 0);
  const { status, headers } = await served.request("GET", "/v1/lines");
  expect({ status, policy: headers.get("ratelimit-policy") }).toEqual({ status: 200, policy: null });
});
