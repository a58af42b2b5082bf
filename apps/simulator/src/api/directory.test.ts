import Retell from "retell-sdk";
import type { FaultSpec } from "../faults.ts";
import { type Bench, setUpBench } from "../testing/bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await setUpBench();
});
afterEach(() => bench.close());

const NOT_THERE = {
  status: 422,
  error: { status: "error", message: "Cannot find requested asset under given api key." },
};

/** All pages of a list, and how many items each had. */
async function pagesOf<Item>(
  list: (key: { pagination_key?: string }) => Promise<{ items: Item[]; has_more: boolean; pagination_key?: string }>,
): Promise<Item[][]> {
  const pages: Item[][] = [];
  for (let key: { pagination_key?: string } | undefined = {}; key; ) {
    const { items, has_more, pagination_key } = await list(key);
    expect(has_more).toBe(pagination_key !== undefined);
    pages.push(items);
    key = pagination_key === undefined ? undefined : { pagination_key };
  }
  return pages;
}

describe("numbers", () => {
  const named = { phone_number: "+14155550101", nickname: "Sales", agent_ids: ["agent_1", "agent_2"] };

  test("every number is known unless told which, and one is listed", async () => {
    expect(await bench.retell.phoneNumber.list()).toEqual({
      items: [
        {
          phone_number: "+12025550199",
          phone_number_type: "retell-twilio",
          nickname: "Simulated number",
          last_modification_timestamp: expect.any(Number),
          outbound_agents: [{ agent_id: "agent_sim", weight: 1 }],
        },
      ],
      has_more: false,
    });
    expect(await bench.retell.phoneNumber.retrieve("+14155550199")).toMatchObject({ phone_number: "+14155550199" });
  });

  test("only the numbers of the option are known, with nickname and agents", async () => {
    bench.sim.account({ numbers: ["+14155550100", named] });
    expect((await bench.retell.phoneNumber.list()).items).toMatchObject([
      { phone_number: "+14155550100", outbound_agents: [{ agent_id: "agent_sim" }] },
      {
        phone_number: "+14155550101",
        nickname: "Sales",
        outbound_agents: [
          { agent_id: "agent_1", weight: 0.5 },
          { agent_id: "agent_2", weight: 0.5 },
        ],
      },
    ]);
    expect(await bench.retell.phoneNumber.retrieve("+14155550101")).toMatchObject({ nickname: "Sales" });
    await expect(bench.retell.phoneNumber.retrieve("+12025550199")).rejects.toMatchObject(NOT_THERE);
    await expect(bench.dial({ from_number: "+12025550199" })).rejects.toMatchObject(NOT_THERE);
    await expect(bench.dial({ from_number: "+14155550101" })).resolves.toBeDefined();
  });

  test("a percent-encoded number is the same number", async () => {
    bench.sim.account({ numbers: [named] });
    const headers = { authorization: `Bearer ${bench.sim.apiKey}` };
    const answer = await fetch(`${bench.sim.url}/get-phone-number/%2B14155550101`, { headers });
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ nickname: "Sales" })]);
  });

  test("pages run through all of them once, in either direction", async () => {
    const numbers = Array.from({ length: 5 }, (_, n) => `+1415555010${n}`);
    bench.sim.account({ numbers });
    const pages = (sort_order: "ascending" | "descending") =>
      pagesOf((key) => bench.retell.phoneNumber.list({ limit: 2, sort_order, ...key }));
    const shown = (of: { phone_number: string }[][]) => of.map((page) => page.map((item) => item.phone_number));
    expect(shown(await pages("descending"))).toEqual([numbers.slice(0, 2), numbers.slice(2, 4), numbers.slice(4)]);
    expect(shown(await pages("ascending")).flat()).toEqual([...numbers].reverse());
    await expect(bench.retell.phoneNumber.list({ pagination_key: "+1" })).rejects.toMatchObject({ status: 400 });
    await expect(bench.retell.phoneNumber.list({ limit: 1_001 })).rejects.toMatchObject({ status: 400 });
  });
});

describe("agents", () => {
  test("every agent is known unless told which, and one is listed", async () => {
    expect(await bench.retell.agent.list()).toEqual({
      items: [
        {
          agent_id: "agent_sim",
          agent_name: "Sim agent",
          channel: "voice",
          tags: {},
          user_modified_timestamp: expect.any(Number),
        },
      ],
      has_more: false,
    });
    expect(await bench.retell.agent.retrieve("agent_9")).toMatchObject({ agent_id: "agent_9" });
    await expect(bench.dial({ override_agent_id: "agent_9" })).resolves.toMatchObject({ agent_id: "agent_9" });
  });

  test("only the agents of the option are known; a call with another one is refused, a call without one is not", async () => {
    bench.sim.account({ agents: [{ agent_id: "agent_1", agent_name: "Ada" }, "agent_2"] });
    const pages = await pagesOf((key) => bench.retell.agent.list({ limit: 1, ...key }));
    expect(pages).toMatchObject([[{ agent_id: "agent_1", agent_name: "Ada" }], [{ agent_id: "agent_2" }]]);
    expect(await bench.retell.agent.retrieve("agent_1")).toMatchObject({ agent_name: "Ada" });
    await expect(bench.retell.agent.retrieve("agent_3")).rejects.toMatchObject(NOT_THERE);
    await expect(bench.dial({ override_agent_id: "agent_3" })).rejects.toMatchObject(NOT_THERE);
    await expect(bench.dial({ override_agent_id: "agent_2" })).resolves.toBeDefined();
    await expect(bench.dial()).resolves.toBeDefined();
    expect(bench.sim.figures()).toMatchObject({ dials: 2, refused: 1 });
  });
});

test.each<[FaultSpec["match"], (retell: Retell) => Promise<unknown>]>([
  ["GET /v2/list-phone-numbers", (retell) => retell.phoneNumber.list()],
  ["GET /get-phone-number/:n", (retell) => retell.phoneNumber.retrieve("+12025550199")],
  ["POST /v2/list-agents", (retell) => retell.agent.list()],
  ["GET /get-agent/:id", (retell) => retell.agent.retrieve("agent_sim")],
])("%s can fail, and refuses a wrong key", async (match, ask) => {
  bench.sim.fault({ match, mode: "status", status: 503 });
  await expect(ask(bench.retell)).rejects.toMatchObject({ status: 503 });
  await expect(ask(bench.retell)).resolves.toBeDefined();
  const stranger = new Retell({ apiKey: "key_other", baseURL: bench.sim.url, maxRetries: 0 });
  await expect(ask(stranger)).rejects.toMatchObject({ status: 401 });
});

test("the admin route changes numbers and agents, and a reset forgets both", async () => {
  const order = (path: string, body: object) =>
    fetch(`${bench.sim.url}/__sim${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  expect((await order("/account", { numbers: ["+14155550100"], agents: [{ agent_id: "agent_1" }] })).status).toBe(204);
  await expect(bench.retell.phoneNumber.retrieve("+12025550199")).rejects.toMatchObject(NOT_THERE);
  await expect(bench.retell.agent.retrieve("agent_sim")).rejects.toMatchObject(NOT_THERE);
  expect((await order("/account", { agents: [{ name: "Ada" }] })).status).toBe(400);
  await order("/reset", {});
  await expect(bench.retell.agent.retrieve("agent_sim")).resolves.toBeDefined();
});
