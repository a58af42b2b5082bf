import { until } from "@ringfence/testkit";
import { ADMIN_KEY } from "../testing/send-request.ts";
import { CAMPAIGN, useApi } from "../testing/test-api.ts";
import { sessionSigner } from "./session-cookie.ts";

const api = useApi();

const by = (
  cookie: string,
  method = "GET",
  path = "/v1/session",
  headers: Record<string, string> = {},
  body?: object,
) => api.request(method, path, { key: null, headers: { cookie, ...headers }, ...(body && { body }) });
const signIn = (body: object, headers: Record<string, string> = {}) =>
  api.request("POST", "/v1/session", { key: null, body, headers });
const OURS = { "sec-fetch-site": "same-origin" };

test("a key signs a browser in; the cookie serves our own pages only and carries its expiry", async () => {
  const answer = await signIn({ key: await api.storedKey("operator") });
  expect(answer).toMatchObject({ status: 200, body: { name: "stored operator", role: "operator" } });
  const set = answer.headers.get("set-cookie")!;
  expect(set).toMatch(/^ringfence_session=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  const ends = new Date(answer.body.expires_at).getTime();
  expect(Math.abs(ends - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000);
  expect(Math.abs(Date.parse(/Expires=([^;]+)/.exec(set)![1]!) - ends)).toBeLessThan(1_000);
  expect(await by(set.split(";")[0]!)).toMatchObject({ status: 200, body: answer.body });
  const secure = await signIn({ key: ADMIN_KEY }, { "x-forwarded-proto": "https" });
  expect(secure.headers.get("set-cookie")).toMatch(/; Secure/);
  expect(secure.body).toMatchObject({ name: "admin", role: "admin" });
});

test("a session ends with its key, if the key expires sooner", async () => {
  const expires_at = new Date(Date.now() + 60_000).toISOString();
  const { body } = await signIn({ key: await api.storedKey("viewer", { expires_at }) });
  expect(body.expires_at).toBe(expires_at);
});

test("a wrong key or token is 401 and sets no cookie; a request with both or neither is 400", async () => {
  for (const body of [{ key: "wrong" }, { key: `rf_${"A".repeat(43)}` }, { token: "wrong" }]) {
    const answer = await signIn(body);
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(answer.headers.get("set-cookie")).toBeNull();
  }
  for (const body of [{}, { key: "a", token: "b" }]) expect(await signIn(body)).toMatchObject({ status: 400 });
});

test("a cookie that is tampered with, expired, forged, or without a session is 401", async () => {
  const cookie = await api.signIn(ADMIN_KEY);
  const [name, value] = cookie.split("=") as [string, string];
  const [id, expires, signature] = value.split(".") as [string, string, string];
  const signed = (key: string, session: string, ms: number) =>
    sessionSigner(key).sign({ id: session, expiresAt: new Date(ms) });
  const unknown = id.replace(/^./, (first) => (first === "0" ? "1" : "0"));
  for (const bad of [
    `${unknown}.${expires}.${signature}`,
    `${id}.${Number(expires) + 1}.${signature}`,
    `${id}.${expires}.${signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`,
    `${id}.${expires}.`,
    signed("another-admin-key-of-the-environment", id, Number(expires)),
    signed(ADMIN_KEY, unknown, Number(expires)),
    signed(ADMIN_KEY, id, Date.now() - 1),
    "",
  ]) {
    expect({ bad, status: (await by(`${name}=${bad}`)).status }).toEqual({ bad, status: 401 });
  }
  expect((await by(cookie)).status).toBe(200);
  await api.sql("UPDATE sessions SET expires_at = clock_timestamp() - interval '1 ms' WHERE id = $1", [id]);
  expect((await by(cookie)).status).toBe(401);
});

test("an Authorization header takes precedence: a bad header is 401 even beside a good cookie", async () => {
  const cookie = await api.signIn(ADMIN_KEY);
  for (const authorization of ["Bearer wrong", "Bearer", "Basic eDp5", ""])
    expect(await by(cookie, "GET", "/v1/session", { authorization })).toMatchObject({ status: 401 });
  expect(await by(cookie, "GET", "/v1/session", { authorization: "Bearer viewer-key" })).toMatchObject({
    body: { role: "viewer", expires_at: null },
  });
});

test("signing out ends a copied cookie too; signing out again, or without a session, is 204", async () => {
  const cookie = await api.signIn(ADMIN_KEY);
  const out = await by(cookie, "DELETE", "/v1/session", OURS);
  expect(out.status).toBe(204);
  expect(out.headers.get("set-cookie")).toMatch(/^ringfence_session=; Path=\/; Expires=Thu, 01 Jan 1970/);
  expect((await by(cookie)).status).toBe(401);
  for (const again of [cookie, "ringfence_session=x", "other=1"])
    expect((await by(again, "DELETE", "/v1/session", OURS)).status).toBe(204);
});

test("expired sessions and links are removed when somebody signs in", async () => {
  const [row] = await api.sql<{ id: string }>(
    "INSERT INTO sessions (expires_at) VALUES (clock_timestamp() - interval '1 s') RETURNING id",
  );
  await api.signIn(ADMIN_KEY);
  await until(
    "it is removed",
    async () => (await api.sql("SELECT 1 FROM sessions WHERE id = $1", [row!.id])).length === 0,
  );
});

describe("requests from elsewhere", () => {
  const ORIGINS: [name: string, headers: () => Record<string, string>, passes: boolean][] = [
    ["our own page", () => OURS, true],
    ["our own page, known by its origin", () => ({ origin: api.url }), true],
    ["another port of this host", () => ({ "sec-fetch-site": "same-site", origin: api.url }), false],
    ["another site", () => ({ "sec-fetch-site": "cross-site" }), false],
    ["no page", () => ({ "sec-fetch-site": "none" }), false],
    ["another port, known by its origin", () => ({ origin: "http://127.0.0.1:9" }), false],
    ["another host", () => ({ origin: "http://evil.example" }), false],
    ["a sandboxed page", () => ({ origin: "null" }), false],
    ["a form", () => ({ origin: "http://127.0.0.1:9", "content-type": "application/x-www-form-urlencoded" }), false],
  ];

  test.each([...ORIGINS, ["no origin", () => ({}), false] as const])("%s", async (_name, headers, passes) => {
    const cookie = await api.signIn(ADMIN_KEY);
    const before = await api.everything();
    const write = await by(cookie, "POST", "/v1/campaigns", headers(), CAMPAIGN);
    expect(write.status).toBe(passes ? 201 : 403);
    if (!passes) {
      expect(write.body.code).toBe("forbidden");
      expect((await by(cookie, "DELETE", "/v1/session", headers())).status).toBe(403);
      expect(await api.everything()).toEqual(before);
    }
    expect((await by(cookie, "GET", "/v1/session", headers())).status).toBe(200);
  });

  test.each(ORIGINS)("signing in: %s", async (_name, headers, passes) => {
    const answer = await signIn({ key: ADMIN_KEY }, headers());
    expect(answer.status).toBe(passes ? 200 : 403);
    expect(answer.headers.get("set-cookie") !== null).toBe(passes);
  });

  test("a key in the header is accepted from any origin", async () => {
    const headers = { "sec-fetch-site": "cross-site", origin: "http://evil.example" };
    expect((await api.request("POST", "/v1/campaigns", { body: CAMPAIGN, headers })).status).toBe(201);
  });
});

describe("sign-in links", () => {
  const link = async (headers: Record<string, string> = {}) => api.request("POST", "/v1/session/link", { headers });

  test("a link signs in as the admin, once, and its token is stored nowhere", async () => {
    const { status, body } = await link();
    expect(status).toBe(201);
    expect(Math.abs(Date.parse(body.expires_at) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect(
      await api.sql("SELECT 1 FROM sign_in_links WHERE digest = sha256($1::text::bytea)", [body.token]),
    ).toHaveLength(1);
    const answers = await Promise.all([signIn({ token: body.token }), signIn({ token: body.token })]);
    expect(answers.map((each) => each.status).sort()).toEqual([200, 401]);
    expect(answers.find((each) => each.status === 200)).toMatchObject({ body: { name: "admin", role: "admin" } });
    expect(JSON.stringify(api.logged)).not.toContain(body.token);
  });

  test("an expired link is 401", async () => {
    const { token } = (await link()).body;
    await api.sql("UPDATE sign_in_links SET expires_at = clock_timestamp() - interval '1 ms'");
    expect(await signIn({ token })).toMatchObject({ status: 401 });
  });

  test("a link is neither made nor used through a proxy", async () => {
    const headers = { "x-forwarded-for": "127.0.0.1" };
    const { token } = (await link()).body;
    expect(await link(headers)).toMatchObject({ status: 403 });
    expect(await signIn({ token }, headers)).toMatchObject({ status: 403 });
    expect(await signIn({ token })).toMatchObject({ status: 200 });
  });
});

test("no key, cookie or token is in the log", async () => {
  const cookie = await api.signIn(ADMIN_KEY);
  const text = JSON.stringify(api.logged);
  for (const secret of [ADMIN_KEY, cookie.slice(18, 60), "ringfence_session"]) expect(text).not.toContain(secret);
});
