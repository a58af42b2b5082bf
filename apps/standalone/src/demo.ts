import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIo } from "@ringfence/cli/io";
import { reporterOn } from "@ringfence/cli/reporters";
import { createClient } from "@ringfence/client";
import { runMain } from "@ringfence/runtime";
import { boot } from "./boot/boot.ts";
import { CLONE, prepareCommand, reportTo, type Say } from "./command.ts";
import { parseDemoArguments } from "./demo/demo-arguments.ts";
import { planDemo } from "./demo/demo-plan.ts";
import { banner, nextSteps } from "./demo/demo-words.ts";
import { cancelOnce } from "./demo/once.ts";
import { watchCampaign } from "./demo/watch-campaign.ts";

const CANDIDATES = join(CLONE, "apps", "standalone", "candidates.csv");
/** A fictional number; the simulator accepts any. */
const FROM_NUMBER = "+12025550199";

/** `npm run demo`. */
await runMain(async (environment) => {
  const { once } = parseDemoArguments(process.argv.slice(2));
  const io = createIo(process, environment);
  const reporter = reporterOn(io, "Ctrl-C ends the demo and throws its data away");
  const say: Say = io.out;
  const logs = await mkdtemp(join(tmpdir(), "ringfence-demo-"));
  const dropLogs = () => rm(logs, { recursive: true, force: true });
  const lifetimes = prepareCommand(say, [{ name: "logs", run: dropLogs }], reporter.settle);

  const demonstrate = async (): Promise<boolean> => {
    say("Ringfence demo: 30 made-up candidates, 5 lines, a simulated Retell AI.\nNobody is called.\n");
    const report = reportTo(say);
    const key = `demo-${randomBytes(12).toString("hex")}`;
    const { api: url, simulator } = await boot(
      planDemo(environment, { clone: CLONE, logs, key, once }),
      lifetimes,
      report,
    );

    const from = performance.now();
    const access = { url, key };
    const client = createClient(access);
    const campaign = await client.POST("/v1/campaigns", { body: { name: "Demo", from_number: FROM_NUMBER } });
    const { created } = await client.importCandidates(campaign.id, createReadStream(CANDIDATES), "text/csv");
    const campaignPath = { params: { path: { id: campaign.id } } };
    const batch = await client.POST("/v1/campaigns/{id}/launch", campaignPath);
    report("Campaign", `${created} candidates imported and launched`, performance.now() - from);

    const { token } = await client.POST("/v1/session/link");
    say(banner(access, { logs, batch, token }));
    const showing = { reporter, signal: lifetimes.ending };
    if (once) return await cancelOnce(access, { ...showing, say, batchId: batch.id, simulator: simulator! });
    say("The campaign takes about four minutes: time to open the dashboard, look around and press a button.\n");
    return await watchCampaign(access, {
      ...showing,
      campaignId: campaign.id,
      onEnd: async (batchId) =>
        say(`\n${nextSteps(access, await client.GET("/v1/campaigns/{id}", campaignPath), batchId)}`),
    });
  };

  let well = false;
  try {
    well = await lifetimes.during(demonstrate);
  } finally {
    if (well) await dropLogs();
    else say(`\nThe logs are kept in ${logs}`);
  }
  process.exit(well ? 0 : 1);
});
