import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Problem } from "@ringfence/domain";
import { createDirectory, type Directory } from "@ringfence/retell";
import { FROM_NUMBER } from "../testing/bed.ts";
import { useBed } from "../testing/use-bed.ts";
import { lookUpCampaign } from "./campaign-at-retell.ts";
import { changeCampaign } from "./change-campaign.ts";
import { createCampaign } from "./create-campaign.ts";
import { listAgents, listNumbers } from "./list-at-retell.ts";

const NUMBER = "GET /get-phone-number/:n";
const AGENT = "GET /get-agent/:id";
const NOBODY = "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1";

const bed = useBed();

const create = (fields: { from_number?: string; agent_id?: string } = {}, directory: Directory = bed.directory) =>
  createCampaign({ db: bed.db, directory })({ name: "A", from_number: FROM_NUMBER, ...fields });
const change = (id: string, fields: object) => changeCampaign({ db: bed.db, directory: bed.directory })(id, fields);
/** Everything stored about campaigns, audit included. */
const stored = () =>
  bed.sql("SELECT to_jsonb(c) FROM campaigns c UNION ALL SELECT to_jsonb(a) FROM audit a ORDER BY 1");
/** Returns the problem of a refused request and checks that nothing was done. */
async function refusal(request: () => Promise<unknown>): Promise<Problem["body"]> {
  const before = await stored();
  const error = await request().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(await stored()).toEqual(before);
  if (!(error instanceof Problem)) throw new Error(`not refused: ${error}`);
  return error.body;
}

let campaign: string;
const account = { numbers: [FROM_NUMBER], agents: ["agent_1"] };
const gone = { from_number: "+14150000001", agent_id: "agent_2" };

describe.each<[string, (fields: { from_number?: string; agent_id?: string }) => Promise<object>]>([
  ["a new campaign", create],
  ["a changed campaign", async (fields) => change(await bed.campaign(0), fields)],
])("%s", (_what, save) => {
  test("whose number and agent Retell has is saved, without `unverified`", async () => {
    bed.simulator.account(account);
    const saved = await save({ from_number: FROM_NUMBER, agent_id: "agent_1" });
    expect(saved).toMatchObject({ from_number: FROM_NUMBER, agent_id: "agent_1" });
    expect(saved).not.toHaveProperty("unverified");
  });

  test.each([
    ["nothing", { mode: "hang_after" }],
    ["500", { mode: "status", status: 500 }],
    ["401", { mode: "status", status: 401 }],
    ["429", { mode: "status", status: 429, headers: { "retry-after": "3600" } }],
    ["a reset connection", { mode: "reset_before" }],
  ] as const)("is saved as unverified where Retell answers %s about number or agent", async (_answer, fault) => {
    for (const match of [NUMBER, AGENT] as const) {
      bed.simulator.fault({ match, ...fault });
      const saved = await save({ from_number: FROM_NUMBER, agent_id: "agent_1" });
      expect(saved).toMatchObject({ from_number: FROM_NUMBER, agent_id: "agent_1", unverified: true });
    }
  });

  test("with a number as people write it stores it as E.164, which is what Retell is asked about", async () => {
    bed.simulator.account(account);
    const saved = await save({ from_number: "+1 (415) 777-4444" });
    expect(saved).toMatchObject({ from_number: FROM_NUMBER });
    expect(saved).not.toHaveProperty("unverified");
  });
});

describe.each<[string, (fields: { from_number?: string; agent_id?: string }) => () => Promise<unknown>]>([
  ["a new campaign", (fields) => () => create(fields)],
  ["a changed campaign", (fields) => () => change(campaign, fields)],
])("%s is refused, with nothing done,", (_what, save) => {
  beforeEach(async () => {
    campaign = await bed.campaign(0);
  });

  test.each([422, 404])("where Retell does not have its number or agent (%d)", async (status) => {
    for (const [match, field, code, list] of [
      [NUMBER, "from_number", "unknown_number", "/v1/retell/numbers"],
      [AGENT, "agent_id", "unknown_agent", "/v1/retell/agents"],
    ] as const) {
      bed.simulator.fault({ match, mode: "status", status });
      const problem = await refusal(save({ from_number: FROM_NUMBER, agent_id: "agent_1" }));
      expect(problem).toMatchObject({ status: 422, code, errors: [{ path: field }] });
      expect(problem.detail).toContain(`choose one of GET ${list}`);
    }
  });

  test("where Retell has neither number nor agent, with both named", async () => {
    bed.simulator.account(account);
    const problem = await refusal(save(gone));
    expect(problem).toMatchObject({
      code: "unknown_number",
      detail: expect.stringMatching(/\/numbers.*\/agents/),
      errors: [{ path: "from_number" }, { path: "agent_id" }],
    });
  });

  test("where one is not there, although nothing is known of the other", async () => {
    bed.simulator.account(account);
    bed.simulator.fault({ match: NUMBER, mode: "status", status: 500 });
    expect(await refusal(save(gone))).toMatchObject({ code: "unknown_agent", errors: [{ path: "agent_id" }] });
  });

  test("with an ambiguous number, with the reason at its field", async () => {
    const problem = await refusal(save({ from_number: "+49 30 901820 / 821" }));
    expect(problem).toMatchObject({
      status: 400,
      code: "invalid_request",
      errors: [{ path: "from_number", message: expect.stringContaining("+4930901820") }],
    });
  });
});

test("a change looks up only the fields it names: the others may have left the account", async () => {
  const id = await bed.campaign(0);
  bed.simulator.account({ numbers: [], agents: [] });
  for (const fields of [{ name: "New" }, { agent_id: null }, { status: "active" }, {}]) {
    const saved = await change(id, fields);
    expect(saved).toMatchObject(fields);
    expect(saved).not.toHaveProperty("unverified");
  }
});

test("a change of a campaign that does not exist is not_found, and Retell is not asked", async () => {
  bed.simulator.account({ numbers: [] });
  expect(await refusal(() => change(NOBODY, { from_number: FROM_NUMBER }))).toMatchObject({ code: "not_found" });
});

test("number and agent are looked up in parallel", async () => {
  // Answers the first request only when the second has arrived.
  const open: ServerResponse[] = [];
  const server = createServer((_req, res) => {
    open.push(res);
    if (open.length === 2) {
      for (const each of open) each.writeHead(200, { "content-type": "application/json" }).end("{}");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const directory = createDirectory({ apiKey: "key", baseUrl: `http://127.0.0.1:${port}` });
  try {
    const verdict = await lookUpCampaign(directory, { from_number: FROM_NUMBER, agent_id: "agent_1" });
    expect(verdict()).toEqual({});
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test("the lists show what Retell has, or are unavailable with the reason", async () => {
  const directory = () => createDirectory(bed.access);
  bed.simulator.account({
    numbers: Array.from({ length: 250 }, (_, n) => ({ phone_number: `+1415555${1_000 + n}`, nickname: `Line ${n}` })),
    agents: [
      { agent_id: "agent_1", agent_name: "Ada" },
      { agent_id: "agent_2", channel: "chat" },
    ],
  });
  const numbers = await listNumbers({ directory: directory() })();
  expect(numbers).toHaveLength(250);
  expect(numbers[249]).toEqual({ phone_number: "+14155551249", nickname: "Line 249", agent_ids: ["agent_sim"] });
  expect(await listAgents({ directory: directory() })()).toEqual([{ agent_id: "agent_1", name: "Ada" }]);

  bed.simulator.account({ keyRevoked: true });
  for (const list of [listNumbers, listAgents]) {
    expect(await refusal(list({ directory: directory() }))).toMatchObject({
      code: "unavailable",
      detail: "Retell refused the key (401): check RETELL_API_KEY",
    });
  }
});
