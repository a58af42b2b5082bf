import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt } from "@ringfence/testkit";
import { endAll, runCli } from "../testing/cli.ts";
import { startProxy } from "../testing/proxy.ts";

/** Time for a dozen commands, on a machine that runs other tests too. */
const TIMEOUT_MS = 180_000;

let bed: Bed;
let api: BuiltProcess;
let url: string;
beforeAll(async () => {
  bed = await openBed();
  api = startBuilt("api", { ...environmentOf(bed), WEBHOOKS_ALLOW_PRIVATE: "true" });
  url = await addressOf(api);
});
afterEach(endAll);
afterAll(async () => {
  api.child.kill("SIGKILL");
  await api.exit;
  await bed.close();
});

const settings = (address = url) => ({ RINGFENCE_URL: address, RINGFENCE_KEY: BUILT_ADMIN_KEY });
const run = (...args: string[]) => runCli(settings(), args);
/** The output of a command with --json; the command must succeed. */
async function ask(...args: string[]) {
  const { code, out, err } = await run(...args, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
}
const campaignIds = async () => (await bed.sql<{ id: string }>("SELECT id FROM campaigns")).map(({ id }) => id);

test(
  "a campaign is stopped and set active again, archived and brought back, and deleted only without calls",
  async () => {
    const campaign = await bed.campaign(2);
    await ask("launch", campaign);
    expect((await run("archive", campaign)).err).toMatch(/^campaign_busy: /);
    const stopped = await run("stop", campaign, "--yes");
    expect(stopped.out).toMatch(
      new RegExp(`to launch it again: ringfence activate ${campaign}\nNobody else is dialled\\.\n$`),
    );
    const refused = await run("launch", campaign);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/ringfence activate CAMPAIGN/)]);
    expect((await run("activate", campaign)).out).toMatch(/status +active\n[\s\S]*Launch it: ringfence launch /);
    expect(await ask("activate", campaign)).toMatchObject({ id: campaign, status: "active" });

    expect(await ask("archive", campaign)).toMatchObject({ archived_at: expect.any(String) });
    expect((await run("launch", campaign)).err).toMatch(/^campaign_archived: .*ringfence unarchive/);
    expect((await run("status")).out).not.toContain(campaign);
    expect((await run("status", "--archived")).out).toMatch(new RegExp(`${campaign} +Test +archived`));
    expect((await run("unarchive", campaign)).out).toBe(`campaign ${campaign}, Test, is back\n`);

    expect((await run("delete", campaign, "--yes")).err).toMatch(/^campaign_has_calls: .*ringfence archive CAMPAIGN/);
    const empty = await bed.campaign(1, 50);
    expect((await run("delete", empty)).code).toBe(2);
    expect((await run("delete", empty, "--yes")).out).toBe(`deleted campaign ${empty}\n`);
    expect(await campaignIds()).toEqual([campaign]);

    const activity = await run("activity", "--campaign", empty);
    expect(activity.out).toMatch(/admin +campaign\.delete +\S+ +- +name: Test\n/);
    expect((await ask("activity", "--limit", "1")).items).toMatchObject([
      { action: "campaign.delete", actor: "admin" },
    ]);
  },
  TIMEOUT_MS,
);

test(
  "an import that fails deletes the campaign that it created, or says which campaign is left",
  async () => {
    const before = await campaignIds();
    const args = ["import", "-", "--format", "csv", "--name", "Failing", "--from", "+14157774444"];
    const rows = "phone_number\n+14155550100\n";
    const noImports = await startProxy(url, (method, path) => method === "POST" && path.endsWith("/candidates"));
    const failed = await runCli(settings(noImports.url), args, rows);
    await noImports.close();
    expect(failed.code).toBe(3);
    expect(failed.err).toMatch(/^created campaign (\S+)\nDeleted campaign \1 again, because the import failed\n503: /);
    expect(await campaignIds()).toEqual(before);

    const notBack = await startProxy(url, (method, path) => method === "DELETE" || path.endsWith("/candidates"));
    const left = await runCli(settings(notBack.url), args, rows);
    await notBack.close();
    const [id] = (await campaignIds()).filter((each) => !before.includes(each));
    expect(left.err).toContain(`Campaign ${id} is left, perhaps without candidates; delete it: ringfence delete ${id}`);
    await ask("delete", id!, "--yes");
  },
  TIMEOUT_MS,
);

test(
  "status shows the campaigns with unfinished calls first, however old they are",
  async () => {
    const busy = await bed.campaign(1, 100);
    await ask("launch", busy);
    await bed.sql("UPDATE campaigns SET created_at = '2020-01-01' WHERE id = $1", [busy]);
    const newer = [await bed.campaign(0), await bed.campaign(0)];
    const { campaigns } = await ask("status", "--limit", "2");
    expect(campaigns.map(({ id }: { id: string }) => id)).toEqual([busy, ...newer.reverse()]);
    const shown = (await run("status")).out;
    expect(shown).toMatch(
      /workers alive +none: nobody is dialled until a worker runs\nblocked by +no worker is running\n/,
    );
    expect(shown).toMatch(/Retell +the simulator/);
    expect(shown.indexOf(busy)).toBeLessThan(shown.indexOf(newer[0]!));
    await ask("stop", busy, "--yes");
  },
  TIMEOUT_MS,
);

test(
  "candidates are listed, shown, corrected and deleted one by one",
  async () => {
    const campaign = await bed.campaign(3, 200);
    const list = await run("candidates", "list", campaign, "--limit", "2");
    expect(list.out.trimEnd().split("\n")).toHaveLength(3);
    expect(list.err).toBe("The first 2; more with --limit N\n");
    const [{ id }] = (await ask("candidates", "list", campaign)).items;
    const changes = [
      "--number",
      "030 901820",
      "--country",
      "de",
      "--name",
      "",
      "--variable",
      "city=Ulm",
      "--variable",
      "x=a=b",
    ];
    expect(await ask("candidates", "correct", id, ...changes)).toMatchObject({
      phone_number: "+4930901820",
      name: null,
      dynamic_variables: { city: "Ulm", x: "a=b" },
    });
    expect((await run("candidates", "show", id)).out).toMatch(/number +\+4930901820\nname +-\n[\s\S]* {2}city +Ulm\n/);
    expect((await run("candidates", "delete", id)).out).toBe(`deleted candidate ${id}\n`);
    expect((await ask("candidates", "list", campaign)).items).toHaveLength(2);
  },
  TIMEOUT_MS,
);

test(
  "a webhook is created with only the secret on stdout, its deliveries are listed and replayed, and it is deleted",
  async () => {
    const made = await run("webhooks", "create", "http://127.0.0.1:9/hook", "campaign.stopped", "batch.cancelled");
    expect(made.out).toMatch(/^whsec_\S+\n$/);
    expect(made.err).toMatch(
      /^Webhook \S+ sends to http:\/\/127\.0\.0\.1:9\/hook\. Its secret is shown only this once:\n$/,
    );
    const { items } = await ask("webhooks", "list");
    expect(items).toMatchObject([{ url: "http://127.0.0.1:9/hook", events: ["campaign.stopped", "batch.cancelled"] }]);
    expect((await run("webhooks", "list")).out).toMatch(
      /http:\/\/127\.0\.0\.1:9\/hook +campaign\.stopped batch\.cancelled/,
    );
    const [{ id }] = items;
    expect((await run("webhooks", "deliveries", id)).out).toBe("No such delivery.\n");
    await ask("stop", await bed.campaign(1, 300), "--yes");
    expect((await run("webhooks", "deliveries", id, "--status", "pending")).out).toMatch(/campaign\.stopped +pending/);
    expect(await ask("webhooks", "replay", id, "--since", "2026-01-01", "--status", "failed")).toEqual({ replayed: 0 });
    expect((await run("webhooks", "delete", id)).out).toBe(`deleted webhook ${id}\n`);
    expect((await ask("webhooks", "list")).items).toEqual([]);
  },
  TIMEOUT_MS,
);
