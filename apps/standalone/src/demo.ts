import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runMain } from "@ringfence/runtime";
import { createApiClient } from "./api-client.ts";
import { boot } from "./boot/boot.ts";
import { CLONE, prepareCommand, reportTo } from "./command.ts";
import { parseDemoArguments } from "./demo/demo-arguments.ts";
import { planDemo } from "./demo/demo-plan.ts";
import { banner, describeEnd, nextSteps } from "./demo/demo-words.ts";
import { cancelOnce } from "./demo/once.ts";
import { watchCampaign } from "./demo/watch-campaign.ts";
import { createScreen } from "./screen.ts";

const CANDIDATES = join(CLONE, "apps", "standalone", "candidates.csv");
/** Nobody's number either; the simulator takes any. */
const FROM_NUMBER = "+12025550199";

/** `npm run demo`. */
await runMain(async (environment) => {
  const { once } = parseDemoArguments(process.argv.slice(2));
  const screen = createScreen(process.stdout, environment);
  const logs = await mkdtemp(join(tmpdir(), "ringfence-demo-"));
  const dropLogs = () => rm(logs, { recursive: true, force: true });
  const lifetimes = prepareCommand(screen, [{ name: "logs", run: dropLogs }]);

  const demonstrate = async (): Promise<boolean> => {
    screen.say("Ringfence demo: 30 made-up candidates, 5 lines, a simulated Retell AI.\nNobody is called.\n");
    const report = reportTo(screen);
    const key = `demo-${randomBytes(12).toString("hex")}`;
    const { api: url, simulator } = await boot(
      planDemo(environment, { clone: CLONE, logs, key, once }),
      lifetimes,
      report,
    );

    const from = performance.now();
    const api = createApiClient(url, key);
    const campaign = await api.createCampaign({ name: "Demo", from_number: FROM_NUMBER });
    const { created } = await api.importCsv(campaign.id, await readFile(CANDIDATES, "utf8"));
    const batch = await api.launch(campaign.id);
    report("Campaign", `${created} candidates imported and launched`, performance.now() - from);

    const access = { url, key };
    screen.say(banner(access, { logs, batch, token: await api.signInToken() }));
    if (once) return await cancelOnce(api, { batchId: batch.id, simulator: simulator!, screen });
    screen.say("The campaign takes about four minutes: time to open the dashboard, look around and press a button.\n");
    return await watchCampaign(api, campaign.id, {
      screen,
      onEnd: async (ended) => {
        screen.say(`\n${describeEnd(ended)}\n`);
        screen.say(nextSteps(access, await api.campaign(campaign.id), ended));
      },
    });
  };

  let well = false;
  try {
    well = await lifetimes.during(demonstrate);
  } finally {
    if (well) await dropLogs();
    else screen.say(`\nThe logs are kept in ${logs}`);
  }
  process.exit(well ? 0 : 1);
});
