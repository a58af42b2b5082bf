import { OWN_PATHS } from "@ringfence/runtime";
import { type Answer, KEYS } from "../testing/send-request.ts";
import { serveApi } from "../testing/serve-api.ts";
import { CAMPAIGN, useApi } from "../testing/test-api.ts";

const BASE = "/tools/dialer";
const HTML = { accept: "text/html" };

const api = useApi();
let below: Awaited<ReturnType<typeof serveApi>>;
beforeAll(async () => {
  below = await serveApi(api.bed, { basePath: BASE });
});

const locations = async (answers: Answer[]) => answers.map(({ status, headers }) => [status, headers.get("location")]);

describe.each([
  ["passes the prefix on", BASE],
  ["takes the prefix off", ""],
])("a proxy that %s", (_name, sent) => {
  test("every kind of path is served", async () => {
    for (const path of [
      "",
      "/",
      "/login",
      "/campaigns",
      "/healthz",
      "/docs",
      "/docs/start.js",
      "/openapi.json",
      "/v1/lines",
    ]) {
      if (sent + path === "") continue;
      expect({ path, status: (await below.request("GET", sent + path, { headers: HTML })).status }).toEqual({
        path,
        status: 200,
      });
    }
    expect((await below.request("GET", `${sent}/v1/campaigns?limit=1`)).status).toBe(200);
    expect((await below.request("GET", `${sent}/v1/nothing`)).status).toBe(404);
  });

  test("every Location and redirect leads below the prefix", async () => {
    const campaign = await below.request("POST", `${sent}/v1/campaigns`, { body: CAMPAIGN });
    const key = await below.request("POST", `${sent}/v1/keys`, { body: { name: "Any", role: "viewer" } });
    const board = await below.request("GET", `${sent}/queues/queue/calls?page=2`, { key: null, headers: HTML });
    expect(await locations([campaign, key, board])).toEqual([
      [201, `${BASE}/v1/campaigns/${campaign.body.id}`],
      [201, `${BASE}/v1/keys/${key.body.id}`],
      [302, `${BASE}/login?next=%2Fqueues%2Fqueue%2Fcalls%3Fpage%3D2`],
    ]);
  });

  test("a repeated request gets the same answer, with or without the prefix", async () => {
    const headers = { "idempotency-key": `once${sent}` };
    const first = await below.request("POST", `${sent}/v1/campaigns`, { body: CAMPAIGN, headers });
    const again = await below.request("POST", "/v1/campaigns", { body: CAMPAIGN, headers });
    expect([again.text, again.headers.get("location")]).toEqual([first.text, first.headers.get("location")]);
  });

  test("the cookie, the documentation, the page and the board know the prefix", async () => {
    const session = await below.request("POST", `${sent}/v1/session`, { key: null, body: { key: KEYS.admin } });
    expect(session.headers.get("set-cookie")).toContain(`; Path=${BASE};`);
    expect((await below.request("GET", `${sent}/openapi.json`)).body.servers).toMatchObject([{ url: BASE }]);
    expect((await below.request("GET", `${sent}/docs`)).text).toContain(`"${BASE}/docs/start.js"`);
    expect((await below.request("GET", `${sent}/docs/start.js`)).text).toContain(`"${BASE}/openapi.json"`);
    const page = (await below.request("GET", `${sent}/batches/x`, { headers: HTML })).text;
    expect(page).toContain(`<meta name="base-path" content="${BASE}"`);
    expect(page).toMatch(/src="\/tools\/dialer\/assets\/[^"]+\.js"/);
    expect(page).not.toContain('="./');
    expect((await below.request("GET", `${sent}/queues`)).text).toContain(`<base href="${BASE}/queues/"`);
  });
});

test("a longer name than the prefix is another path", async () => {
  expect((await below.request("GET", `${BASE}2/v1/lines`)).status).toBe(404);
});

test("without a prefix every path is at the root", async () => {
  const session = await api.request("POST", "/v1/session", { key: null, body: { key: KEYS.admin } });
  expect(session.headers.get("set-cookie")).toContain("; Path=/;");
  const page = (await api.request("GET", "/login", { headers: HTML })).text;
  expect(page).toContain('<meta name="base-path" content=""');
  expect(page).toMatch(/src="\/assets\/[^"]+\.js"/);
});

test("no path of the API can be the beginning of a prefix", () => {
  const firsts = new Set<string>();
  const walk = (stack: { route?: { path: unknown }; rawPath?: unknown; handle: { stack?: never[] } }[]): void => {
    for (const { route, rawPath, handle } of stack) {
      for (const path of [route?.path, rawPath].flat()) {
        const first = typeof path === "string" ? /^\/([^/:]+)/.exec(path)?.[1] : undefined;
        if (first !== undefined) firsts.add(first);
      }
      if (handle.stack && (typeof rawPath !== "string" || rawPath === "/")) walk(handle.stack);
    }
  };
  walk((api.app.router as unknown as { stack: never[] }).stack);
  expect([...firsts].filter((first) => !OWN_PATHS.includes(first) && first !== "index.html")).toEqual([]);
  expect(firsts.size).toBeGreaterThan(5);
});
