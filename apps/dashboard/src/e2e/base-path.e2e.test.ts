import { openSubPathProxy } from "./sub-path-proxy.ts";
import { createWorld, type World } from "./world.ts";

const PREFIX = "/dialer";

let world: World;
let key: string;
beforeAll(async () => {
  world = await createWorld({ BASE_PATH: PREFIX });
  await world.db.lines.change({ limit: 3, calls_per_second: 0 });
  key = await world.key("admin");
});
afterAll(() => world.close());
afterEach(async () => {
  await world.closePages();
  world.endLive();
  await world.live(0);
});

test.each([
  ["takes the prefix off", true],
  ["passes the prefix on", false],
])("behind a proxy that %s, sign-in, campaign, live changes, documentation and queue work", async (_name, strips) => {
  const proxy = await openSubPathProxy(world.url, PREFIX, strips);
  const { campaign, batch } = await world.launched(3, "Behind a proxy");
  await world.live(3);
  const page = await world.open(`${proxy.url}${PREFIX}`);
  const at = () => page.url().slice(proxy.url.length);

  await page.getByLabel("API key").fill(key);
  expect(at()).toBe(`${PREFIX}/login?next=%2F`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Behind a proxy" }).first().click();
  await page.getByRole("heading", { name: "Behind a proxy" }).waitFor();
  expect(at()).toBe(`${PREFIX}/campaigns/${campaign}`);
  expect(await page.context().cookies()).toMatchObject([{ path: PREFIX }]);
  await page.reload();

  // A part that is loaded on demand.
  await page.getByRole("button", { name: "Import candidates" }).first().click();
  await page.getByLabel("Or paste numbers").waitFor();
  await page.keyboard.press("Escape");

  // Live, not by polling.
  const stream = page.waitForResponse((response) => response.url().includes("/v1/events?batch_id="));
  await page.getByRole("link", { name: /^Batch of/ }).click();
  expect(await (await stream).headerValue("content-type")).toContain("text/event-stream");
  await page.getByRole("img", { name: /3 in progress/ }).waitFor();
  expect(await page.locator("a[download]").getAttribute("href")).toMatch(/^\/dialer\/v1\//);
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  await page.getByRole("menuitem", { name: "API documentation" }).click();
  await page.getByText("Launch", { exact: false }).first().waitFor();
  expect(at()).toBe(`${PREFIX}/docs`);
  expect(await page.locator(".servers option").first().getAttribute("value")).toBe(PREFIX);

  await page.goto(`${proxy.url}${PREFIX}/queues`);
  await page.getByRole("link", { name: "calls" }).first().click();
  await page
    .getByRole("link", { name: /active/i })
    .first()
    .click();
  const toCall = page.locator(`a[href^="${PREFIX}/batches/${batch}?call="]`).first();
  await page.goto(proxy.url + (await toCall.getAttribute("href")));
  await page.getByRole("dialog").getByText("Created").waitFor();
  await page.keyboard.press("Escape");
  world.endLive();
  await page.getByText("Final figures").waitFor();
  expect(await page.getByText("Live updates are disconnected").count()).toBe(0);
  expect(proxy.outside.filter((path) => path !== "/favicon.ico")).toEqual([]);
  await proxy.close();
  world.problems.length = 0; // the board's fonts, and the session request before the sign-in
});

test("a person who is not signed in is led to the sign-in below the prefix, and from there back to the queue", async () => {
  const proxy = await openSubPathProxy(world.url, PREFIX, true);
  const page = await world.open(`${proxy.url}${PREFIX}/queues/queue/calls`);
  await page.getByLabel("API key").fill(key);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${proxy.url}${PREFIX}/queues/queue/calls`);
  await page.getByText("Completed").first().waitFor();
  await proxy.close();
  world.problems.length = 0;
});

test("a page opened without the prefix, bypassing the proxy, redirects below it", async () => {
  const page = await world.open("/lines", { key });
  await page.waitForURL(`${world.url}${PREFIX}/lines`);
  await page.getByRole("heading", { name: "Lines", exact: true }).waitFor();
  await page.getByText("calls in progress, over all workers").waitFor();
});
