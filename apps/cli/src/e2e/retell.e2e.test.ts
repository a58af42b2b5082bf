import { fileURLToPath } from "node:url";
import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, environmentOf, startBuilt } from "@ringfence/testkit";
import { endAll, runCli } from "../testing/cli.ts";

const CANDIDATES = fileURLToPath(new URL("../../../standalone/candidates.csv", import.meta.url));
const NUMBERS = ["+14155550100", { phone_number: "+12025550199", nickname: "Sales", agent_ids: ["agent_1"] }];
const AGENTS = [{ agent_id: "agent_1", agent_name: "Ada" }, "agent_2"];

let bed: Bed;
let settings: Record<string, string>;
beforeAll(async () => {
  bed = await openBed();
  const api = startBuilt("api", environmentOf(bed));
  bed.onClose(() => {
    api.child.kill("SIGKILL");
    return api.exit;
  });
  settings = { RINGFENCE_URL: await addressOf(api), RINGFENCE_KEY: BUILT_ADMIN_KEY };
});
beforeEach(() => bed.simulator.account({ numbers: NUMBERS, agents: AGENTS }));
afterEach(() => {
  bed.simulator.reset();
  endAll();
});
afterAll(() => bed.close());

const run = (...args: string[]) => runCli(settings, args);
const campaigns = () => bed.sql("SELECT id FROM campaigns");

const NUMBER_LINES = [
  /^number +nickname +agents$/m,
  /^\+14155550100 +- +agent_sim$/m,
  /^\+12025550199 +Sales +agent_1$/m,
];
const AGENT_LINES = [/^agent +name$/m, /^agent_1 +Ada$/m, /^agent_2 +Sim agent$/m];

test("numbers and agents of the Retell account are listed, as text and as JSON", async () => {
  const [numbers, agents, json] = [await run("numbers"), await run("agents"), await run("numbers", "--json")];
  expect([numbers.code, numbers.err, agents.code, agents.err]).toEqual([0, "", 0, ""]);
  for (const line of NUMBER_LINES) expect(numbers.out).toMatch(line);
  for (const line of AGENT_LINES) expect(agents.out).toMatch(line);
  expect(JSON.parse(json.out)).toEqual({
    items: [
      { phone_number: "+14155550100", nickname: null, agent_ids: ["agent_sim"] },
      { phone_number: "+12025550199", nickname: "Sales", agent_ids: ["agent_1"] },
    ],
  });
});

test("a new campaign whose number or agent Retell does not have is refused, and the available ones are shown", async () => {
  const before = await campaigns();
  const create = (...args: string[]) => run("import", CANDIDATES, "--name", "Wrong", ...args);
  const wrongNumber = await create("--from", "+14155550111");
  expect([wrongNumber.code, wrongNumber.out]).toEqual([1, ""]);
  expect(wrongNumber.err).toMatch(/unknown_number: The Retell account does not have this number/);
  for (const line of NUMBER_LINES) expect(wrongNumber.err).toMatch(line);
  for (const line of AGENT_LINES) expect(wrongNumber.err).not.toMatch(line);

  const wrongAgent = await create("--from", "+12025550199", "--agent", "agent_9");
  expect([wrongAgent.code, wrongAgent.out]).toEqual([1, ""]);
  expect(wrongAgent.err).toMatch(/unknown_agent: The Retell account does not have this agent/);
  for (const line of AGENT_LINES) expect(wrongAgent.err).toMatch(line);
  for (const line of NUMBER_LINES) expect(wrongAgent.err).not.toMatch(line);

  const json = await create("--from", "+14155550111", "--json");
  expect(JSON.parse(json.err)).toMatchObject({
    code: "unknown_number",
    status: 422,
    errors: [{ path: "from_number" }],
  });
  expect(await campaigns()).toEqual(before);
});

test("an import without a caller number shows the available numbers", async () => {
  const { code, out, err } = await run("import", CANDIDATES, "--name", "None");
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/Name the number that the new campaign calls from: --from NUMBER/);
  for (const line of NUMBER_LINES) expect(err).toMatch(line);
});

test("a campaign that Retell could not verify is created, with a warning", async () => {
  bed.simulator.fault({ match: "GET /get-phone-number/:n", mode: "status", status: 503 });
  const { code, err } = await run("import", CANDIDATES, "--name", "Away", "--from", "+12025550199");
  expect(code).toBe(0);
  expect(err).toMatch(/created campaign \S+\nRetell could not confirm that its account has this number and agent\./);
});

test("calls that Retell refused for number or agent are shown with the remedy", async () => {
  const campaign = await bed.campaign(2);
  const outcome = await bed.db.launches.launch(campaign, "undialed", null);
  if (outcome.kind !== "launched") throw new Error(outcome.kind);
  await bed.sql(
    `UPDATE retell_calls SET call_status = 'failed', error_message = 'Cannot find requested asset under given api key.'
     WHERE batch_id = $1`,
    [outcome.batch.id],
  );
  for (const command of [
    ["calls", outcome.batch.id],
    ["status", campaign],
  ]) {
    const { code, out } = await run(...command);
    expect(code).toBe(0);
    expect(out.match(/The caller number or agent is not in this Retell account/g)).not.toBeNull();
    expect(
      out.match(/\n\nEdit the campaign and choose .*:\nringfence numbers and ringfence agents list them\./g),
    ).toHaveLength(1);
    expect(out).not.toContain("Cannot find requested asset");
  }
  for (const as of ["--json", "--csv"])
    expect((await run("calls", outcome.batch.id, as)).out).toContain(
      "Cannot find requested asset under given api key.",
    );
});
