import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { until } from "@ringfence/testkit";
import { createWorld, type World } from "./world.ts";

/** Names that an import may contain; each must stay text. */
const NAMES = {
  html: `<img src=x onerror="window.hacked=1"><b>Bold</b>`,
  formula: `=cmd|' /C calc'!A0`,
  emoji: "Zoë 👩‍🚀🧪 O'Brien",
  rightToLeft: "\u202Eمرحبا بالعالم",
};

let world: World;
let batch: string;
let campaign: string;
beforeAll(async () => {
  world = await createWorld();
  await world.db.lines.change({ limit: 2, calls_per_second: 0 });
  ({ id: campaign } = await world.request<{ id: string }>("POST", "/v1/campaigns", {
    name: NAMES.html,
    from_number: "+12025550199",
  }));
  const candidates = Object.values(NAMES).map((name, n) => ({ phone_number: `+1415555100${n}`, name }));
  await world.request("POST", `/v1/campaigns/${campaign}/candidates`, { candidates });
  ({ id: batch } = await world.request<{ id: string }>("POST", `/v1/campaigns/${campaign}/launch`));
  await world.live(2);
});
afterAll(() => world.close());
afterEach(() => world.closePages());

const statusOf = async () =>
  (await world.sql<{ status: string }>("SELECT status FROM retell_batch_calls WHERE id = $1", [batch]))[0]!.status;

test("a viewer sees masked numbers and no forbidden buttons, and a forged request is refused", async () => {
  const page = await world.open(`/batches/${batch}`, { key: await world.key("viewer") });
  await page.getByRole("img", { name: /2 in progress, 2 pending/ }).waitFor();
  await page.getByText("+1•••••1000").first().waitFor();
  for (const path of [`/batches/${batch}`, `/campaigns/${campaign}`, "/campaigns", "/lines", "/activity"]) {
    await page.goto(world.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const buttons = await page.getByRole("button").allInnerTexts();
    expect(buttons.filter((text) => /Pause|Stop|Launch|Import|New|Edit|Activate|Save|Resume/.test(text))).toEqual([]);
    expect(await page.content()).not.toContain("+14155551000");
  }
  expect(await page.getByRole("link", { name: "Queue" }).count()).toBe(0);
  const answers = await page.evaluate(
    async (paths) => await Promise.all(paths.map(async (path) => (await fetch(path, { method: "POST" })).status)),
    [
      `/v1/batches/${batch}/cancel`,
      `/v1/campaigns/${campaign}/stop`,
      `/v1/campaigns/${campaign}/launch`,
      "/v1/lines/resume",
    ],
  );
  expect(answers).toEqual([403, 403, 403, 403]);
  await page.goto(`${world.url}/keys`);
  await page.getByText("Not allowed").first().waitFor();
  expect(await statusOf()).toBe("in_progress");
  world.problems.length = 0; // the refusals, which the browser logs
});

test("a page whose session ended, was tampered with, or lost its key asks to sign in, and leads back", async () => {
  const page = await world.open(`/batches/${batch}`);
  await page.getByLabel("API key").fill("rf_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Not signed in").waitFor();
  const made = await world.request<{ id: string; key: string }>("POST", "/v1/keys", {
    name: "Short",
    role: "operator",
  });
  await page.getByLabel("API key").fill(made.key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`**/batches/${batch}`);
  await page.getByRole("button", { name: "Pause Batch" }).waitFor();

  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(cookie!.expires).toBeGreaterThan(Date.now() / 1_000);
  const last = cookie!.value.at(-2) === "A" ? "B" : "A";
  await page.context().addCookies([{ ...cookie!, value: cookie!.value.slice(0, -2) + last + cookie!.value.at(-1) }]);
  await page.reload();
  await page.getByLabel("API key").waitFor();

  await page.context().addCookies([cookie!]);
  await page.goto(`${world.url}/batches/${batch}`);
  await page.getByRole("button", { name: "Pause Batch" }).waitFor();
  await world.request("DELETE", `/v1/keys/${made.id}`);
  await page.getByLabel("API key").waitFor(); // its stream has ended, so the page notices by itself
  expect(await statusOf()).toBe("in_progress");
  world.problems.length = 0;
});

test("signing out ends the session for a copied cookie too", async () => {
  const page = await world.open("/campaigns", { key: await world.key("operator") });
  const [cookie] = await page.context().cookies();
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("API key").waitFor();
  const answer = await fetch(`${world.url}/v1/campaigns`, {
    headers: { cookie: `ringfence_session=${cookie!.value}` },
  });
  expect(answer.status).toBe(401);
  world.problems.length = 0;
});

test("a link signs in once", async () => {
  const { token } = await world.request<{ token: string }>("POST", "/v1/session/link");
  const page = await world.open(`/login?next=/batches/${batch}#token=${token}`);
  await page.waitForURL(`**/batches/${batch}`);
  await page.getByRole("button", { name: "Pause Batch" }).waitFor();
  const late = await world.open(`/login#token=${token}`);
  await late.getByText("was already used").waitFor();
  world.problems.length = 0;
});

test("a form posted from another origin of the same site does nothing", async () => {
  const page = await world.open("/campaigns", { key: await world.key("admin") });
  const forms = [`/v1/batches/${batch}/cancel`, `/v1/campaigns/${campaign}/stop`, "/v1/session"]
    .map(
      (path) => `<form method="post" enctype="text/plain" action="${world.url}${path}"><button>${path}</button></form>`,
    )
    .join("");
  const elsewhere = createServer((_req, res) => res.setHeader("content-type", "text/html").end(forms));
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  for (const form of ["cancel", "stop", "session"]) {
    await page.goto(origin);
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: form }).click();
    const response = await answered;
    // The cookie was sent, because ports belong to the same site; the origin gave the form away.
    expect(await response.request().allHeaders()).toHaveProperty("cookie");
    expect(response.status()).toBe(403);
  }
  await new Promise((resolve) => elsewhere.close(resolve));
  expect(await statusOf()).toBe("in_progress");
  world.problems.length = 0;
});

test("HTML, formulas, emoji and right-to-left text are shown as text and exported safely", async () => {
  const page = await world.open(`/batches/${batch}`, { key: await world.key("operator") });
  for (const name of [NAMES.html, NAMES.formula, NAMES.emoji])
    await page.getByText(name, { exact: true }).first().waitFor();
  await page.getByText("مرحبا").first().waitFor();
  await page.goto(`${world.url}/campaigns`);
  await page.getByText(NAMES.html).first().waitFor();
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(await page.locator("img[src=x]").count()).toBe(0);

  await page.goto(`${world.url}/batches/${batch}`);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const text = await readText(await (await downloading).createReadStream());
  expect(text).toContain(`'=cmd|' /C calc'!A0`);
  expect(text).not.toMatch(/(^|,)"?=cmd/m);
  expect(text).toContain(NAMES.emoji);
  expect(text).toContain("+14155551000");

  const viewer = await world.open("/campaigns", { key: await world.key("viewer") });
  const masked = await viewer.evaluate(
    async (path) => await (await fetch(path)).text(),
    `/v1/batches/${batch}/calls?format=csv`,
  );
  expect(masked).toContain("+1•••••1000");
  expect(masked).not.toMatch(/\+\d{7}/);
});

test("the queue's jobs link to their calls and back; without a session the queue leads to the sign-in and from there back", async () => {
  const page = await world.open("/queues");
  await page.waitForURL("**/login?next=*");
  await page.getByLabel("API key").fill(await world.key("operator"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/queues**");
  const [call] = await world.sql<{ id: string }>(
    "SELECT id FROM retell_calls WHERE batch_id = $1 AND call_status = 'pending' ORDER BY turn LIMIT 1",
    [batch],
  );
  await page.goto(`${world.url}/batches/${batch}?call=${call!.id}`);
  await page.getByRole("dialog").getByRole("link", { name: /queue/i }).click();
  await until("the job's page", () => page.url().includes(`/queues/queue/calls/${call!.id}`));
  const link = page.locator(`a[href="/batches/${batch}?call=${call!.id}"]`).first();
  await link.waitFor();
  await page.goto(new URL((await link.getAttribute("href"))!, world.url).href);
  await page.getByRole("dialog").getByText("Created").first().waitFor();
});
