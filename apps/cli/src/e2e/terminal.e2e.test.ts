import { fileURLToPath } from "node:url";
import { until } from "@ringfence/testkit";
import { type Campaigns, startCampaigns } from "../testing/campaign.ts";
import { endAll, runCli, startInTerminal } from "../testing/cli.ts";

const CANDIDATES = fileURLToPath(new URL("../../../standalone/candidates.csv", import.meta.url));
const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`);
const CTRL_C = "\u0003";

/** Time for a dozen commands, on a machine that runs other tests too. */
const TIMEOUT_MS = 180_000;

let campaigns: Campaigns;
beforeAll(async () => {
  campaigns = await startCampaigns();
});
afterEach(endAll);
afterAll(() => campaigns.close());

const open = (...args: string[]) => startInTerminal(campaigns.settings, ...args);
const figures = async (id: string) => JSON.parse((await runCli(campaigns.settings, ["status", id, "--json"])).out);

test(
  "a terminal shows live figures, Ctrl-C stops no call, and a stop asks first",
  async () => {
    const imported = await open("import", CANDIDATES, "--name", "Autumn", "--from", "+14157774444").ended();
    expect(imported).toMatchObject({
      code: 0,
      shown: expect.stringMatching(/30 created, 0 already there, 0 rejected/),
    });
    const campaign = /campaign (\S+)/.exec(imported.shown)![1]!;

    const launching = open("launch", campaign, "--watch");
    await launching.shows("0 %, 0 of 30 ended");
    await launching.shows("lines 5 of 5");
    await launching.shows("5 in progress");
    const batch = /launched batch (\S+): 30 calls/.exec(launching.raw())![1]!;
    expect(launching.raw()).toMatch(COLOUR);
    expect(launching.raw()).toMatch(/▒.*·/);
    await campaigns.liveCalls(5);
    launching.write(CTRL_C);
    const left = await launching.ended();
    expect(left.code).toBe(130);
    expect(left.shown).toMatch(/Watching has ended; the calls go on\.[\s\S]*ringfence pause /);
    // The cursor is shown again.
    expect(left.shown.lastIndexOf("\u001b[?25h")).toBeGreaterThan(left.shown.lastIndexOf("\u001b[?25l"));

    campaigns.endLiveCalls();
    await until("the next five are called", () => campaigns.dials() === 10);
    await campaigns.liveCalls(5);
    expect(await figures(batch)).toMatchObject({ status: "in_progress", completed_calls: 5 });

    const watching = open("watch", batch);
    await watching.shows("16 %, 5 of 30 ended");

    for (const answer of ["n\r", "\r", CTRL_C, "\u0004"]) {
      const asked = open("pause", batch);
      await asked.shows(
        /Pause batch \S+\? 20 calls will be cancelled; 5 calls in progress will end naturally\. \[y\/N\]/,
      );
      asked.write(answer);
      expect(await asked.ended()).toMatchObject({ code: 7, shown: expect.stringMatching(/nothing was stopped/) });
    }
    expect(await figures(batch)).toMatchObject({ status: "in_progress", pending_calls: 20 });

    const pausing = open("pause", batch);
    await pausing.shows(/\[y\/N\]/);
    pausing.write("y\r");
    const paused = await pausing.ended();
    expect(paused.code).toBe(0);
    expect(paused.shown).toMatch(/cancelled now +20\r\n/);
    expect(paused.shown).toMatch(/Nobody else is dialled; 5 calls are still to end\./);
    await watching.shows("20 cancelled");
    campaigns.endLiveCalls();
    const watched = await watching.ended();
    expect(watched.code).toBe(5);
    expect(watched.shown).toMatch(/Batch \S+ is cancelled: 30 calls, 10 completed, 0 failed, 20 cancelled\./);

    const stopping = open("stop", campaign, "--hangup");
    await stopping.shows(/Stop campaign "Autumn"\? 0 calls will be cancelled; none is in progress\. \[y\/N\]/);
    stopping.write("yes\r");
    expect(await stopping.ended()).toMatchObject({ code: 0, shown: expect.stringMatching(/Nobody else is dialled\./) });
    expect(await figures(campaign)).toMatchObject({ status: "paused" });
  },
  TIMEOUT_MS,
);

test("NO_COLOR is respected, and a dumb terminal is not redrawn", async () => {
  const quiet = startInTerminal({ ...campaigns.settings, NO_COLOR: "1" }, "launch", "none", "--watch");
  expect(await quiet.ended()).toMatchObject({ code: 1, shown: expect.not.stringMatching(COLOUR) });
  expect((await open("launch", "none").ended()).shown).toMatch(COLOUR);

  const [campaign] = JSON.parse((await runCli(campaigns.settings, ["status", "--json"])).out).campaigns;
  const dumb = startInTerminal({ ...campaigns.settings, TERM: "dumb" }, "watch", campaign.id);
  expect(await dumb.ended()).toMatchObject({ code: 5, shown: expect.not.stringContaining(ESCAPE) });
});
