import { fileURLToPath } from "node:url";
import { until } from "@ringfence/testkit";
import { type Campaigns, startCampaigns } from "../testing/campaign.ts";
import { endAll, runCli, startCli } from "../testing/cli.ts";

const CANDIDATES = fileURLToPath(new URL("../../../standalone/candidates.csv", import.meta.url));
const ESCAPE = "\u001b";

/** Time for a dozen commands, on a machine that runs other tests too. */
const TIMEOUT_MS = 180_000;

let campaigns: Campaigns;
beforeAll(async () => {
  campaigns = await startCampaigns();
});
afterEach(endAll);
afterAll(() => campaigns.close());

const run = (...args: string[]) => runCli(campaigns.settings, args);
/** The output of a command with --json; the command must succeed. */
async function ask(...args: string[]) {
  const { code, out, err } = await run(...args, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
}
/** A campaign whose first five calls are live. */
async function underWay(candidates: number) {
  const rows = Array.from({ length: candidates }, (_, n) => `+1415555${1_000 + n}`);
  const args = ["import", "-", "--format", "csv", "--name", "Piped", "--from", "+14157774444", "--json"];
  const imported = await runCli(campaigns.settings, args, ["phone_number", ...rows].join("\n"));
  const { campaign_id } = JSON.parse(imported.out);
  const batch = await ask("launch", campaign_id);
  await campaigns.liveCalls(Math.min(5, candidates));
  return { campaign: campaign_id as string, batch: batch.id as string };
}

test(
  "a whole campaign runs by import, launch, watch, pause, status, calls and stop",
  async () => {
    const { code, out, err } = await run("import", CANDIDATES, "--name", "Autumn", "--from", "+14157774444");
    expect([code, err]).toEqual([0, expect.stringMatching(/^created campaign \S+\n$/)]);
    expect(out).toMatch(/^campaign \S+\n30 created, 0 already there, 0 rejected\n$/);
    const campaign = out.split(/\s/)[1]!;
    expect((await run("launch", campaign, "--dry-run")).out).toMatch(
      /^A launch would place 30 calls; nobody was called/,
    );
    const launched = await run("launch", campaign);
    expect(launched.out).toMatch(/^launched batch \S+: 30 to call\n/);
    const batch = /batch (\S+):/.exec(launched.out)![1]!;
    await campaigns.liveCalls(5);

    const watching = startCli(campaigns.settings, "watch", batch);
    await until("watching shows figures", () => watching.printed.out.includes("\n"));
    expect(watching.printed.out).toMatch(
      /^0 %, 0 of 30 ended; 0 completed, 0 failed, 0 cancelled; 5 in progress, 25 pending; lines 5 of 5, 1 worker(, simulated Retell)?\n$/,
    );
    const overview = await run("status");
    expect(overview.out).toMatch(/lines in use +5 of 5/);
    expect(overview.out).toMatch(new RegExp(`${batch} +in progress`));
    expect(overview.out).toMatch(new RegExp(`${campaign} +Autumn +active`));

    for (const [command, id] of [
      ["pause", batch],
      ["stop", campaign],
    ] as const) {
      expect(await run(command, id)).toEqual({
        code: 2,
        out: "",
        err: "Not confirmed, and there is no terminal to ask on: add --yes. Nothing was stopped.\n",
      });
    }
    expect(await ask("status", batch)).toMatchObject({ status: "in_progress", pending_calls: 25 });

    const paused = await run("pause", batch, "--yes");
    expect(paused.code).toBe(0);
    expect(paused.out).toMatch(/cancelled now +25\n/);
    expect(paused.out).toMatch(/pending +0\n/);
    expect(paused.out).toMatch(/\n\nNobody else is dialled; 5 calls are still to end\.\n$/);
    campaigns.endLiveCalls();
    const watched = await watching.ended;
    expect(watched.code).toBe(5);
    expect(watched.err).toBe("");
    expect(watched.out).toMatch(/\nBatch \S+ is cancelled: 30 calls, 5 completed, 0 failed, 25 cancelled\.\n$/);
    expect(watched.out).not.toContain(ESCAPE);

    const figures = await run("status", batch);
    expect(figures.out).toMatch(/cancelled +25\n/);
    expect(figures.out).toMatch(/25 +failed +Cancelled by a stop\n/);
    const csv = await run("calls", batch, "--csv");
    expect(csv.out.trimEnd().split("\n")).toHaveLength(31);
    expect(csv.out).toMatch(/^id,batch_id,/);
    const completed = await run("calls", batch, "--status", "completed", "--limit", "2");
    expect(completed.out.trimEnd().split("\n")).toHaveLength(3);
    expect(completed.err).toMatch(/^The first 2; all of them with --csv/);
    expect((await ask("calls", batch, "--search", "nobody of this name")).items).toEqual([]);

    expect(await ask("stop", campaign, "--yes")).toMatchObject({ cancelled_now: 0, pending_calls: 0 });
    const refused = await run("launch", campaign, "--json");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(JSON.parse(refused.err)).toMatchObject({ code: "campaign_paused", status: 409, exit_code: 1 });
    expect(campaigns.bed.simulator.state().maxDialsPerCall).toBe(1);
  },
  TIMEOUT_MS,
);

test("Ctrl-C ends the watching only, watching survives an outage of the API, and the calls go on to their end", async () => {
  const { batch } = await underWay(12);
  const before = campaigns.dials();
  const [leaving, staying] = [
    startCli(campaigns.settings, "watch", batch),
    startCli(campaigns.settings, "watch", batch, "--json"),
  ];
  await until("both show figures", () => leaving.printed.out && staying.printed.out);
  leaving.child.kill("SIGINT");
  // npm passes one Ctrl-C on twice.
  leaving.child.kill("SIGINT");
  const left = await leaving.ended;
  expect(left.code).toBe(130);
  expect(left.err).toBe(
    `Watching has ended; the calls go on.\n  watch again:  ringfence watch ${batch}\n  stop calling: ringfence pause ${batch}\n`,
  );

  await campaigns.stopApi();
  await until("the other command says that the API is away", () => staying.printed.err.includes("does not answer"));
  await campaigns.startApi();
  await until("it says that the API is back", () => staying.printed.err.includes("answers again"));
  campaigns.endLiveCalls();
  await until("further candidates are called", () => campaigns.dials() >= before + 5);
  campaigns.bed.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 10, talkMs: 10 } });
  await until("all calls have ended", async () => {
    campaigns.endLiveCalls();
    return (
      await campaigns.bed.sql("SELECT 1 FROM retell_batch_calls WHERE id = $1 AND completed_at IS NOT NULL", [batch])
    ).length;
  });
  campaigns.bed.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 10, talkMs: null } });
  const stayed = await staying.ended;
  expect(stayed.code).toBe(0);
  const lines = stayed.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ batch: { id: batch, in_progress_calls: 5, pending_calls: 7 }, lines: { limit: 5 } });
  expect(lines.at(-1)).toMatchObject({ batch: { status: "completed", completed_calls: 12 }, seconds_left: null });
  expect(
    stayed.err
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).code),
  ).toEqual(["unreachable", "reachable"]);
});

test("stop --hangup ends live calls too; watching a campaign that is stopped exits with 5", async () => {
  const { campaign } = await underWay(7);
  const watching = startCli(campaigns.settings, "watch", campaign);
  await until("watching shows figures", () => watching.printed.out);
  const stopped = await run("stop", campaign, "--yes", "--hangup");
  expect(stopped.out).toMatch(/cancelled now +2\n/);
  expect(stopped.out).toMatch(/Nobody else is dialled; 5 calls are being ended\.\n$/);
  const watched = await watching.ended;
  expect(watched.code).toBe(5);
  expect(watched.out).toMatch(
    /Campaign \S+, paused, has no unfinished call: 7 calls, 5 completed, 0 failed, 2 cancelled\.\n$/,
  );
});
