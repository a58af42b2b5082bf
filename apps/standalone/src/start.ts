import { join } from "node:path";
import { dataHome } from "@ringfence/embedded";
import { runMain, StartError } from "@ringfence/runtime";
import { createApiClient } from "./api-client.ts";
import { boot } from "./boot/boot.ts";
import { CLONE, prepareCommand, reportTo } from "./command.ts";
import { createScreen } from "./screen.ts";
import { keepAdminKey } from "./start/admin-key.ts";
import { requireFreeAddress } from "./start/free-address.ts";
import { makeLogFolder } from "./start/log-folder.ts";
import { planStart, toBootPlan } from "./start/start-plan.ts";
import { describeStart } from "./start/start-words.ts";

/** `npm start`. */
await runMain(async (environment) => {
  const [unknown] = process.argv.slice(2);
  if (unknown !== undefined) throw new StartError(`Unknown argument: ${unknown}. npm start is set by the environment`);
  const plan = planStart(environment);
  await requireFreeAddress(plan.host, plan.port);
  const screen = createScreen(process.stdout, environment);
  const lifetimes = prepareCommand(screen);

  await lifetimes.during(async () => {
    screen.say(`Ringfence, ${plan.real ? "with the real Retell AI" : "with a simulated Retell AI"}\n`);
    const home = dataHome(CLONE);
    const logs = await makeLogFolder(home, { now: new Date(), pid: process.pid });
    const dataDir = join(home, "postgres");
    const keyFile = join(home, "admin-key");
    const adminKey = plan.adminKey ?? (await keepAdminKey(keyFile));
    const bootPlan = toBootPlan(plan, environment, { clone: CLONE, logs, dataDir, adminKey });
    const { api: url } = await boot(bootPlan, lifetimes, reportTo(screen));
    const api = createApiClient(url, adminKey);
    const { waiting } = await api.lines();
    const token = await api.signInToken().catch(() => null); // refused where HOST is not the loopback
    screen.say(describeStart(plan, { url, token, adminKey, keyFile, dataDir, logs, waiting }));
    return await new Promise<never>(() => undefined); // until a signal, or until something dies
  });
});
