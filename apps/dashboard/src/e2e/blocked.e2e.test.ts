import type { Page } from "playwright-core";
import { findings } from "./accessibility.ts";
import { createWorld, type World } from "./world.ts";

const PHONE = { width: 375, height: 740 };

let world: World;
let key: string;
beforeAll(async () => {
  world = await createWorld();
  await world.db.lines.change({ limit: 3, calls_per_second: 0 });
  key = await world.key("operator");
});
afterAll(() => world.close());
afterEach(() => world.closePages());

const rate = (page: Page) => page.getByText(/^(Calls a minute|Time to finish)$/);

/** Asserts that the page shows neither a rate nor a time to finish. */
async function showsNoRate(page: Page): Promise<void> {
  await rate(page).first().waitFor({ state: "detached" });
  expect(await rate(page).count()).toBe(0);
}

test("without a worker the page shows a note instead of a rate, and removes it when a worker runs", async () => {
  const { batch } = await world.launched(9);
  await world.live(3);
  const page = await world.open(`/batches/${batch}`, { key, viewport: PHONE, colorScheme: "dark" });
  await rate(page).nth(1).waitFor();
  await page.getByText("All 3 lines are in use").waitFor();
  await page.getByText("nobody's phone rings").waitFor();

  const startWorker = await world.endWorker();
  await page.getByText("No worker is running").waitFor();
  await page.getByText("npm run start:worker").waitFor();
  await page.getByRole("link", { name: /^no worker/ }).waitFor();
  await showsNoRate(page);
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  await page.getByRole("link", { name: "To the lines" }).click();
  await page.getByText("calls wait until a worker runs").waitFor();
  await page.getByRole("alert").getByText("No worker is running").waitFor();
  expect(await findings(page)).toEqual([]);

  startWorker();
  await page.getByText("processes that dial, alive now").waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.goBack();
  await rate(page).nth(1).waitFor();
  await page.getByText("measuring").waitFor();
  expect(world.problems).toEqual([]);
  await world.request("POST", `/v1/batches/${batch}/cancel`);
  world.endLive();
  await world.live(0);
});

test("while dialling is held the page shows the reason instead of the rate, and the activity lists hold and resume", async () => {
  const { batch } = await world.launched(9);
  await world.live(3);
  const page = await world.open(`/batches/${batch}`, { key });
  await page.getByRole("link", { name: "3/3 lines, 1 worker alive" }).waitFor();
  await world.sql("UPDATE lines SET held_reason = $1, held_since = clock_timestamp()", [
    "Retell refused the key (401): check RETELL_API_KEY",
  ]);
  await page.getByText("Retell refused the key (401): check RETELL_API_KEY.").waitFor();
  await page.getByRole("link", { name: /^held/ }).waitFor();
  await showsNoRate(page);
  await world.request("POST", "/v1/lines/resume");
  await rate(page).nth(1).waitFor();
  await page.getByRole("link", { name: "Activity" }).first().click();
  await page.getByText(/ringfence held all dialling: Retell refused the key/).waitFor();
  await page.getByText(/admin resumed dialling, which was held: Retell refused the key/).waitFor();
});
