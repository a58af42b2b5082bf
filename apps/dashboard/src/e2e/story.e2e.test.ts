import { fileURLToPath } from "node:url";
import { brokenBooks, until } from "@ringfence/testkit";
import type { Page } from "playwright-core";
import { createWorld, type World } from "./world.ts";

const CANDIDATES = fileURLToPath(new URL("../../../standalone/candidates.csv", import.meta.url));

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.db.lines.change({ limit: 5, calls_per_second: 0 });
});
afterAll(() => world.close());

const batches = () =>
  world.sql<{ id: string; status: string; completed: number; failed: number; cancelled: number; ended: boolean }>(
    `SELECT id, status, completed_calls AS completed, failed_calls AS failed, cancelled_calls AS cancelled,
       completed_at IS NOT NULL AS ended FROM retell_batch_calls ORDER BY created_at`,
  );
const bar = (page: Page) => page.getByRole("img", { name: /^Call progress/i });

/** Launches by the dialog, which has the focus, and whose button says how many are called at most. */
async function launch(page: Page, calls: number): Promise<void> {
  await page.getByRole("button", { name: "Launch Calls" }).first().click();
  const dialog = page.getByRole("dialog");
  const button = dialog.getByRole("button", { name: `Call ${calls} candidates`, exact: true });
  await button.waitFor();
  await dialog.locator(":focus").waitFor();
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/launch"));
  await button.click();
  expect((await sent).postDataJSON()).toEqual({ include: "undialed", limit: calls });
  await page.waitForURL(/\/batches\//);
}

test("an operator imports, launches, pauses, launches again, stops all, activates and launches", async () => {
  const page = await world.open("/campaigns", { key: await world.key("operator", "Olga") });

  // A campaign and its 30 candidates.
  await page.getByRole("button", { name: "New campaign" }).first().click();
  await page.getByLabel("Name").fill("Autumn");
  await page.getByLabel("From number").fill("+12025550199");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "Autumn", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Import candidates" }).first().click();
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(CANDIDATES);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Import/ })
    .click();
  await page.getByText("30 candidates imported").waitFor();
  await page.getByRole("button", { name: "Done" }).click();

  // Five go in progress, and the page shows it without a reload.
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await launch(page, 30);
  await world.live(5);
  await page.getByRole("img", { name: /5 in progress, 25 pending/ }).waitFor();

  // Pause Batch: the receipt on the page is the database's.
  await page.getByRole("button", { name: "Pause Batch" }).click();
  const receipt = page.getByRole("alert").filter({ hasText: "cancelled" });
  await receipt.getByText(/25 calls? (were )?cancelled/).waitFor();
  await receipt.getByText(/5 calls are finishing/).waitFor();
  await receipt.getByText(/fresh batch of the remaining 25/).waitFor();
  expect(await batches()).toMatchObject([{ status: "cancelled", completed: 0, failed: 25, cancelled: 25 }]);
  await page.getByText(/finishing: 5 active, oldest \d+:\d\d/).waitFor();

  // The five end; the final figures.
  expect(world.endLive()).toBe(5);
  await page.getByText("Final figures").waitFor();
  await page.getByRole("img", { name: /5 completed, 0 failed, 25 cancelled, 0 in progress, 0 pending/ }).waitFor();
  expect(await batches()).toMatchObject([{ completed: 5, failed: 25, cancelled: 25, ended: true }]);
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);

  // The receipt stays until it is dismissed.
  expect(await receipt.isVisible()).toBe(true);
  await receipt.getByRole("button", { name: /dismiss/i }).click();
  await receipt.waitFor({ state: "detached" });

  // A fresh batch of the remaining 25.
  await page.getByRole("link", { name: "Autumn" }).click();
  await launch(page, 25);
  await world.live(5);
  await page.getByRole("img", { name: /5 in progress, 20 pending/ }).waitFor();

  // Stop All, with its dialog.
  await page.getByRole("button", { name: "Stop All" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/20 pending calls/).waitFor();
  await dialog
    .getByText(/5 calls/)
    .first()
    .waitFor();
  await dialog.getByRole("button", { name: /^Stop all$/i }).click();
  await page
    .getByRole("alert")
    .getByText(/20 calls? (were )?cancelled/)
    .waitFor();
  await page
    .getByRole("alert")
    .getByText(/paused/)
    .first()
    .waitFor();
  expect(await world.sql("SELECT status FROM campaigns")).toEqual([{ status: "paused" }]);
  expect((await batches())[1]).toMatchObject({ status: "cancelled", cancelled: 20 });
  world.endLive();

  // The page leads the way: Activate, then Launch.
  await page.getByRole("link", { name: "Autumn" }).first().click();
  await page.getByText("paused").first().waitFor();
  await page.getByRole("button", { name: "Activate" }).click();
  await until("the campaign is active", async () => {
    const [campaign] = await world.sql<{ status: string }>("SELECT status FROM campaigns");
    return campaign!.status === "active";
  });
  await launch(page, 20);
  await world.live(5);
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 5, talkMs: 5 } });
  world.endLive();
  await page.getByText("Final figures").waitFor();
  await page.getByRole("img", { name: /20 completed, 0 failed, 0 cancelled, 0 in progress, 0 pending/ }).waitFor();

  expect(await batches()).toMatchObject([
    { completed: 5, cancelled: 25 },
    { completed: 5, cancelled: 20 },
    { status: "completed", completed: 20, cancelled: 0 },
  ]);
  expect(world.simulator.state()).toMatchObject({ maxDialsPerCall: 1, peakConcurrency: 5 });
  expect(await brokenBooks(world)).toEqual([]);

  // Who did what stands on the campaign.
  await page.getByRole("link", { name: "Autumn" }).first().click();
  await page
    .getByText(/Olga.*stopped all/i)
    .first()
    .waitFor();
  expect(world.problems).toEqual([]);
  expect(await bar(page).count()).toBeLessThan(5);
});
