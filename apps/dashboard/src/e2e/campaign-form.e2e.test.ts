import type { Page } from "playwright-core";
import { findings } from "./accessibility.ts";
import { createWorld, type World } from "./world.ts";

const NUMBERS = [
  { phone_number: "+14155550100", nickname: "Sales" },
  { phone_number: "+12025550199", nickname: "Support" },
];
const AGENTS = [
  { agent_id: "agent_1", agent_name: "Ada" },
  { agent_id: "agent_2", agent_name: "Boris" },
];
const LISTS = ["GET /v2/list-phone-numbers", "POST /v2/list-agents"] as const;
const ONE = ["GET /get-phone-number/:n", "GET /get-agent/:id"] as const;

let world: World;
let operator: string;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.key("operator");
});
beforeEach(() => world.simulator.account({ numbers: NUMBERS, agents: AGENTS }));
afterEach(async () => {
  world.simulator.reset();
  await world.closePages();
});
afterAll(() => world.close());

/** Opens the dialog of a new campaign, types a name, and waits until Retell has answered or failed to. */
async function newCampaign(name: string): Promise<Page> {
  const page = await world.open("/campaigns", { key: operator });
  const answered = Promise.all(["numbers", "agents"].map((what) => page.waitForResponse(`**/v1/retell/${what}`)));
  await page.getByRole("button", { name: "New campaign" }).first().click();
  await page.getByLabel("Name").fill(name);
  await answered;
  return page;
}
const create = (page: Page) => page.getByRole("button", { name: "Create" }).click();
const alerts = (page: Page) => page.getByRole("dialog").getByRole("alert").count();
const campaigns = (name: string) =>
  world.sql<{ from_number: string; agent_id: string | null }>(
    "SELECT from_number, agent_id FROM campaigns WHERE name = $1",
    [name],
  );

// This test runs first, because a list from Retell is cached for a minute.
test("while Retell is away the form works, and says after saving that nothing was checked", async () => {
  for (const match of [...LISTS, ...ONE]) world.simulator.fault({ match, mode: "status", status: 503, times: null });
  const page = await newCampaign("Away");
  expect(await alerts(page)).toBe(0);
  await page.getByLabel("From number").fill("+1 (202) 555-0199");
  await page.getByLabel("Agent").fill("agent_9");
  expect(await page.getByRole("option").count()).toBe(0);
  await create(page);
  await page.getByRole("heading", { name: "Away", level: 1 }).waitFor();
  const note = page.getByRole("status").filter({ hasText: "Saved, but not checked at Retell" });
  await note.waitFor();
  expect(await findings(page)).toEqual([]);
  expect(await campaigns("Away")).toEqual([{ from_number: "+12025550199", agent_id: "agent_9" }]);

  await note.getByRole("button", { name: "Dismiss" }).click();
  await note.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Agent").fill("agent_8");
  await page.getByRole("button", { name: "Save" }).click();
  await note.waitFor();
  // Saved once more, now checked by Retell.
  world.simulator.clearFaults();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Agent").fill("agent_2");
  const saved = page.waitForResponse((response) => response.request().method() === "PATCH");
  await page.getByRole("button", { name: "Save" }).click();
  expect(await (await saved).json()).not.toHaveProperty("unverified");
  await note.waitFor({ state: "detached" });
});

test("Retell's numbers and agents are suggested by name, and the choice is saved", async () => {
  const page = await newCampaign("Chosen");
  await page.getByLabel("From number").click();
  await page.getByRole("option", { name: "Sales +14155550100" }).waitFor();
  expect(await page.getByRole("option").count()).toBe(2);
  expect(await findings(page)).toEqual([]);
  await page.getByLabel("From number").fill("supp");
  await page.getByRole("option", { name: "Support +12025550199" }).click();
  await page.getByText("“Support” in your Retell account").waitFor();
  await page.getByLabel("Agent").click();
  await page.getByRole("option", { name: "Boris agent_2" }).click();
  await create(page);
  await page.getByRole("heading", { name: "Chosen", level: 1 }).waitFor();
  expect(await campaigns("Chosen")).toEqual([{ from_number: "+12025550199", agent_id: "agent_2" }]);
  expect(await page.getByText("not checked at Retell").count()).toBe(0);

  // Editing also shows the other choices.
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByText("“Support” in your Retell account").waitFor();
  await page.getByLabel("From number").click();
  await page.getByRole("option", { name: "Sales +14155550100" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Calls from +14155550100").waitFor();
});

test("a number or agent unknown to Retell is reported at its field, and can be corrected there", async () => {
  const page = await newCampaign("Wrong");
  await page.getByLabel("From number").fill("+14155550111");
  await page.getByLabel("Agent").fill("agent_9");
  await create(page);
  await page.getByText(/does not have this number; choose another/).waitFor();
  await page.getByText(/does not have this agent; choose another/).waitFor();
  expect(await alerts(page)).toBe(0);
  expect(await campaigns("Wrong")).toEqual([]);
  await page.getByLabel("From number").fill("+14155550100");
  await page.getByLabel("Agent").fill("agent_1");
  await create(page);
  await page.getByRole("heading", { name: "Wrong", level: 1 }).waitFor();
});

test("calls that Retell refused for number or agent are shown with the remedy", async () => {
  world.simulator.account({ numbers: ["+14155550100"] });
  const { campaign, batch } = await world.launched(1, "Refused");
  const page = await world.open(`/campaigns/${campaign}`, { key: operator });
  await page.getByText("The caller number or agent is not in this Retell account").waitFor();
  await page.getByText("Edit the campaign and choose a number and an agent that are in the account.").waitFor();
  await page.goto(`${world.url}/batches/${batch}`);
  await page.locator("[data-call]").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("The caller number or agent is not in this Retell account").waitFor();
  await drawer.getByText("Cannot find requested asset under given api key.").waitFor();
  await drawer.getByText("Edit the campaign and choose a number and an agent that are in the account.").waitFor();
});
