import { join } from "node:path";
import { createClient } from "@ringfence/client";
import { dataHome } from "@ringfence/embedded";
import { runMain, StartError } from "@ringfence/runtime";
import { boot } from "./boot/boot.ts";
import { CLONE, prepareCommand, reportTo, type Say } from "./command.ts";
import { keepAdminKey } from "./start/admin-key.ts";
import { requireFreeAddress } from "./start/free-address.ts";
import { makeLogFolder } from "./start/log-folder.ts";
import { planStart, toBootPlan } from "./start/start-plan.ts";
import { describeStart } from "./start/start-words.ts";

/** Longest wait for the link that signs in, in ms. */
const WRITE_TIMEOUT_MS = 20_000;

const say: Say = (text) => void process.stdout.write(`${text}\n`);

/** `npm start`. */
await runMain(async (environment) => {
  const [unknown] = process.argv.slice(2);
  if (unknown !== undefined) throw new StartError(`Unknown argument: ${unknown}. npm start is set by the environment`);
  const plan = planStart(environment);
  await requireFreeAddress(plan.host, plan.port);
  const lifetimes = prepareCommand(say);

  await lifetimes.during(async () => {
    say(`Ringfence, ${plan.real ? "with the real Retell AI" : "with a simulated Retell AI"}\n`);
    const home = dataHome(CLONE);
    const logs = await makeLogFolder(home, { now: new Date(), pid: process.pid });
    const dataDir = join(home, "postgres");
    const keyFile = join(home, "admin-key");
    const adminKey = plan.adminKey ?? (await keepAdminKey(keyFile));
    const bootPlan = toBootPlan(plan, environment, { clone: CLONE, logs, dataDir, adminKey });
    const { api: url } = await boot(bootPlan, lifetimes, reportTo(say));
    const client = createClient({ url, key: adminKey, writeTimeoutMs: WRITE_TIMEOUT_MS });
    const { waiting } = await client.GET("/v1/lines");
    const link = await client.POST("/v1/session/link").catch(() => null); // refused where HOST is not the loopback
    say(describeStart(plan, { url, token: link?.token ?? null, adminKey, keyFile, dataDir, logs, waiting }));
    return await new Promise<never>(() => undefined); // until a signal, or until something dies
  });
});
