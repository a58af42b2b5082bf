import { until } from "@ringfence/testkit";
import { findings } from "./accessibility.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
let operator: string;
beforeAll(async () => {
  world = await createWorld();
  await world.db.lines.change({ limit: 3, calls_per_second: 0 });
  operator = await world.key("operator");
});
afterAll(() => world.close());
afterEach(async () => {
  await world.closePages();
  world.endLive();
  await world.live(0);
});

const audited = (batch: string) =>
  world.sql("SELECT action FROM audit WHERE batch_id = $1 AND action = 'batch.cancel'", [batch]);
const statusOf = async (batch: string) =>
  (await world.sql<{ status: string }>("SELECT status FROM retell_batch_calls WHERE id = $1", [batch]))[0]!.status;

async function onBatch(candidates: number) {
  const { campaign, batch } = await world.launched(candidates);
  await world.live(3);
  const page = await world.open(`/batches/${batch}`, { key: operator });
  await page.getByRole("img", { name: new RegExp(`3 in progress, ${candidates - 3} pending`) }).waitFor();
  return { campaign, batch, page };
}

test("cancelling the dialog of Stop All, by its button or by Escape, does nothing", async () => {
  const { batch, campaign, page } = await onBatch(6);
  const requests: string[] = [];
  page.on("request", (request) => request.method() !== "GET" && requests.push(request.url()));
  const open = page.getByRole("button", { name: "Stop All" });
  await open.click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await open.click();
  await page
    .getByRole("dialog")
    .getByText(/3 pending calls/)
    .waitFor();
  const hangUp = page.getByRole("dialog").getByRole("checkbox");
  expect(await hangUp.isChecked()).toBe(false);
  await hangUp.check();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  // The tick is reset, and the focus is back where it was.
  await open.click();
  expect(await hangUp.isChecked()).toBe(false);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await open.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(requests).toEqual([]);
  expect(await statusOf(batch)).toBe("in_progress");
  expect(await world.sql("SELECT status FROM campaigns WHERE id = $1", [campaign])).toEqual([{ status: "active" }]);
  await world.request("POST", `/v1/batches/${batch}/cancel`);
});

test("Stop All with the choice to hang up ends the live calls too", async () => {
  const { campaign, page } = await onBatch(5);
  await page.getByRole("button", { name: "Stop All" }).click();
  await page.getByRole("dialog").getByRole("checkbox").check();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /hang up 3 calls/i })
    .click();
  await page
    .getByRole("alert")
    .getByText(/2 calls? (were )?cancelled/)
    .waitFor();
  await until("the calls are hung up", () => world.simulator.state().currentConcurrency === 0);
  expect(await world.sql("SELECT status FROM campaigns WHERE id = $1", [campaign])).toEqual([{ status: "paused" }]);
  await page.getByText("Final figures").waitFor();
  const stored = page.getByRole("table", { name: "Receipts" }).getByRole("row");
  await stored.nth(1).waitFor();
  const cells = await stored.nth(1).getByRole("cell").allTextContents();
  expect(cells.slice(2)).toEqual(["The whole campaign, live calls hung up", "2", "2", "3"]);
  expect(await findings(page)).toEqual([]);
});

test("a double click by two operators in parallel has one effect, and each sees a true receipt", async () => {
  const { batch, page } = await onBatch(8);
  const other = await world.open(`/batches/${batch}`, { key: await world.key("operator", "Otto") });
  await other.getByRole("img", { name: /3 in progress, 5 pending/ }).waitFor();
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  // The first request is held until the other one is sent, because a page that knows of the cancelled batch disables the button.
  let otherPressed = () => {};
  const pressed = new Promise<void>((resolve) => (otherPressed = resolve));
  await page.route("**/cancel", async (route) => {
    await pressed;
    await route.continue();
  });
  await page.getByRole("button", { name: "Pause Batch" }).dblclick();
  await other.getByRole("button", { name: "Pause Batch" }).click();
  otherPressed();
  const alerts = await Promise.all(
    [page, other].map(async (each) => {
      const alert = each.getByRole("alert").filter({ hasText: /cancelled/ });
      await alert.waitFor();
      return (await alert.textContent()) ?? "";
    }),
  );
  expect(alerts.some((text) => /5 calls? (were )?cancelled/.test(text))).toBe(true);
  expect(sent).toHaveLength(1);
  expect(await world.request("GET", `/v1/batches/${batch}`)).toMatchObject({
    status: "cancelled",
    cancelled_calls: 5,
    in_progress_calls: 3,
  });
  await until("both are in the audit", async () => (await audited(batch)).length === 2);
});

test("a stop pressed while the server is away is shown as not confirmed, retried, and then shows its receipt", async () => {
  const { batch, page } = await onBatch(7);
  const startAgain = await world.killApi();
  await page.getByRole("button", { name: "Pause Batch" }).click();
  const alert = page.getByRole("alert").filter({ hasText: /Not confirmed/ });
  await alert.getByText(/may still be dialled/).waitFor();
  await page.getByText("The server does not answer").first().waitFor();
  expect(await statusOf(batch)).toBe("in_progress");
  await startAgain();
  await page
    .getByRole("alert")
    .getByText(/4 calls? (were )?cancelled/)
    .waitFor();
  await alert.waitFor({ state: "detached" });
  expect(await statusOf(batch)).toBe("cancelled");
  expect(await audited(batch)).toHaveLength(1);
  // The page updates live again.
  await page.getByText("Live updates are disconnected").waitFor({ state: "detached" });
  world.endLive();
  await page.getByText("Final figures").waitFor();
});

test("a stop given up while the server is away is not sent later", async () => {
  const { batch, page } = await onBatch(6);
  const startAgain = await world.killApi();
  await page.getByRole("button", { name: "Pause Batch" }).click();
  await page.getByRole("button", { name: "Stop trying" }).click();
  await startAgain();
  await page.getByText("Live updates are disconnected").waitFor({ state: "detached" });
  expect(await statusOf(batch)).toBe("in_progress");
  expect(await audited(batch)).toEqual([]);
  await world.request("POST", `/v1/batches/${batch}/cancel`);
});

test("a batch is held and resumed on its page; a viewer sees who holds it; nothing is cancelled", async () => {
  const { campaign, batch, page } = await onBatch(6);
  const others = await world.open(`/batches/${batch}`, { key: await world.key("viewer") });
  await page.getByRole("button", { name: "Hold", exact: true }).click();
  const note = page.getByRole("note").filter({ hasText: "The batch is held" });
  await note.getByText(/3 pending calls wait; calls in progress go on/).waitFor();
  await others.getByText(/By the operator since/).waitFor();
  expect(await others.getByRole("button", { name: "Resume" }).count()).toBe(0);
  expect(await page.title()).toMatch(/^Held, /);
  expect(await findings(page)).toEqual([]);
  world.endLive();
  await page.getByRole("img", { name: /3 completed.*3 pending/ }).waitFor();
  await world.live(0);
  await note.getByRole("button", { name: "Resume" }).click();
  await note.waitFor({ state: "detached" });
  await world.live(3);
  await world.request("POST", `/v1/campaigns/${campaign}/hold`, { reason: "lunch" });
  await page
    .getByRole("note")
    .filter({ hasText: "The campaign is held" })
    .getByText(/: lunch\./)
    .waitFor();
  await world.request("POST", `/v1/campaigns/${campaign}/resume`);
  await world.request("POST", `/v1/batches/${batch}/cancel`);
});
