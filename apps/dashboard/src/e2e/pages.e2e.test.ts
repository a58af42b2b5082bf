import { until } from "@ringfence/testkit";
import type { Page } from "playwright-core";
import { findings } from "./accessibility.ts";
import { createWorld, type World } from "./world.ts";

/** Most bytes on the wire that the first page may load. */
const FIRST_LOAD = 270_000;
const MANY = 100_000;
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 375, height: 740 };

let world: World;
let admin: string;
let places: { name: string; path: string; shows: RegExp }[];
let many: string;
beforeAll(async () => {
  world = await createWorld();
  await world.db.lines.change({ limit: 3, calls_per_second: 0 });
  admin = await world.key("admin");
  const { campaign, batch } = await world.launched(9, "A name that is long ".repeat(9).trim());
  await world.live(3);
  await world.request("POST", `/v1/batches/${batch}/cancel`);
  many = await manyCalls();
  places = [
    { name: "campaigns", path: "/campaigns", shows: /A name that is long/ },
    { name: "campaign", path: `/campaigns/${campaign}`, shows: /Running batches/ },
    { name: "batch", path: `/batches/${batch}`, shows: /finishing: 3 active/ },
    {
      name: "call",
      path: `/batches/${batch}?call=${(await world.sql<{ id: string }>("SELECT id FROM retell_calls WHERE batch_id = $1 ORDER BY turn LIMIT 1", [batch]))[0]!.id}`,
      shows: /Created/,
    },
    { name: "lines", path: "/lines", shows: /waiting/i },
    { name: "keys", path: "/keys", shows: /the admin/ },
    { name: "activity", path: "/activity", shows: /paused a batch/i },
    { name: "nothing", path: "/nothing/here", shows: /no such page/ },
  ];
});
afterAll(() => world.close());
afterEach(() => world.closePages());

/** Creates a batch of 100,000 ended calls, as a long campaign leaves it. */
async function manyCalls(): Promise<string> {
  const campaign = await world.campaign(MANY, 100_000);
  const [batch] = await world.sql<{ id: string }>(
    "INSERT INTO retell_batch_calls (campaign_id) VALUES ($1) RETURNING id",
    [campaign],
  );
  await world.sql(
    `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, call_status, placed, disconnection_reason, error_message, claimed_at, ended_at, duration_ms)
     SELECT campaign_id, $2, id, phone_number, row_number() OVER (ORDER BY ordinal),
       (CASE WHEN ordinal % 4 = 0 THEN 'failed' ELSE 'completed' END)::call_status, 'yes',
       CASE WHEN ordinal % 4 = 0 THEN 'dial_busy' ELSE 'user_hangup' END, CASE WHEN ordinal % 4 = 0 THEN 'dial_busy' END,
       now(), now(), ordinal % 1000 * 100
     FROM candidates WHERE campaign_id = $1`,
    [campaign, batch!.id],
  );
  return batch!.id;
}

async function shown(page: Page, shows: RegExp): Promise<void> {
  await page.getByText(shows).first().waitFor();
}

test.each([
  ["light and wide", "light", WIDE],
  ["dark and narrow", "dark", PHONE],
] as const)(
  "on any page, %s, axe finds nothing and nothing is wider than the window",
  async (_name, colorScheme, viewport) => {
    const page = await world.open("/campaigns", { key: admin, colorScheme, viewport });
    const found: Record<string, string[]> = {};
    for (const { name, path, shows } of places) {
      await page.goto(world.url + path);
      await shown(page, shows);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      found[name] = [...(await findings(page)), ...(tooWide ? ["is wider than the window"] : [])];
    }
    expect(found).toEqual(Object.fromEntries(places.map(({ name }) => [name, []])));
    world.problems.length = 0; // the unknown address
  },
);

test("axe finds nothing on the sign-in page, which can be used by keyboard alone", async () => {
  const page = await world.open("/login");
  await page.getByLabel("API key").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.type(admin);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Campaigns" }).waitFor();
  world.problems.length = 0;
});

test("the first page loads less than 270 kB, and none of the code that reads files", async () => {
  const page = await world.open("/healthz");
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  let bytes = 0;
  const files: string[] = [];
  wire.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  page.on("request", (request) => files.push(new URL(request.url()).pathname));
  await page.goto(`${world.url}/login`);
  await page.getByLabel("API key").waitFor();
  await page.getByLabel("API key").fill(admin);
  await page.getByRole("button", { name: "Sign in" }).click();
  await shown(page, /A name that is long/);
  process.stderr.write(`first load: ${bytes} bytes\n`);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(FIRST_LOAD);
  expect(files.filter((file) => /import-flow/.test(file))).toEqual([]);
  await page
    .getByText(/A name that is long/)
    .first()
    .click();
  await page.getByRole("button", { name: "Import candidates" }).first().click();
  await page.getByLabel("Or paste numbers").waitFor();
  expect(files.filter((file) => /import-flow/.test(file))).not.toEqual([]);
});

test("a page of 100,000 calls renders only what is visible, in any order, and search finds one call", async () => {
  const page = await world.open(`/batches/${many}`, { key: admin });
  const rows = page.locator("[data-call]");
  await rows.first().waitFor();
  const scroller = page.locator("[data-calls-scroller]");
  for (let times = 0; times < 3; times++) {
    const before = await scroller.evaluate((element) => element.scrollHeight);
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await until(
      "more rows have been loaded",
      async () => (await scroller.evaluate((element) => element.scrollHeight)) > before || before > 1_000_000,
    );
  }
  expect(await rows.count()).toBeLessThan(150);
  await page.getByLabel("Search").fill("Candidate 99999");
  await page.getByText("Candidate 99999", { exact: true }).waitFor();
  await until("only that call is left", async () => (await rows.count()) === 1);
});
