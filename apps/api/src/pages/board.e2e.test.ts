import { openBrowser, until } from "@ringfence/testkit";
import { KEYS } from "../testing/send-request.ts";
import { useApi } from "../testing/test-api.ts";

const api = useApi();
let calls: string[];
beforeAll(async () => {
  calls = await api.callIds((await api.launch(await api.campaign(3))).id);
  await until("the jobs are queued", async () => (await api.queue.counts()).waiting === 3);
});

/** A page of a signed-in browser, and all errors of its console. */
async function openPage(key: string, path: string) {
  const browser = await openBrowser();
  const context = await browser.newContext();
  await context.request.post(`${api.url}/v1/session`, { data: { key } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const answeredBy = new Set<string>();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (response) => answeredBy.add(new URL(response.url()).origin));
  await page.goto(api.url + path);
  return {
    page,
    complaints,
    answeredBy,
    showsJobs: async () => {
      for (const callId of calls) await page.getByText(callId).first().waitFor();
    },
    close: () => browser.close(),
  };
}

test("an admin's browser shows the queue and its jobs, and requests nothing from other hosts", async () => {
  const { page, complaints, answeredBy, showsJobs, close } = await openPage(KEYS.admin, "/queues");
  await page.getByRole("link", { name: "calls" }).first().click();
  await page
    .getByRole("link", { name: /prioritized/i })
    .first()
    .click();
  await showsJobs();
  expect(new URL(page.url()).pathname).toBe("/queues/queue/calls");
  expect(await page.title()).toContain("Ringfence");
  await page.reload();
  await showsJobs();
  // The page asks for fonts of another host, which our policy blocks; it works without them.
  expect(complaints.filter((text) => !/fonts\.googleapis\.com.*Content Security Policy/.test(text))).toEqual([]);
  expect([...answeredBy]).toEqual([api.url]);
  await close();
});

test("an operator sees the jobs and fewer buttons than an admin", async () => {
  const buttons = async (key: string) => {
    const { page, showsJobs, close } = await openPage(key, "/queues/queue/calls?status=prioritized");
    await showsJobs();
    const count = await page.getByRole("button").count();
    await close();
    return count;
  };
  // An admin has at least two more buttons per job: change its data, remove it.
  expect((await buttons(KEYS.admin)) - (await buttons(KEYS.operator))).toBeGreaterThanOrEqual(2 * calls.length);
});
