import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

const APPS = fileURLToPath(new URL("../../../apps", import.meta.url));

/** A process with what it has printed so far. `exit` resolves when it has ended. */
export interface BuiltProcess {
  child: ChildProcess;
  printed: { out: string; err: string };
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts one built process with this environment alone, as `npm run start:...` does. Its end is the caller's task. */
export function startBuilt(app: "api" | "worker" | "simulator", environment: Record<string, string>): BuiltProcess {
  const child = spawn(process.execPath, [`${APPS}/${app}/dist/main.js`], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => (printed.out += data));
  child.stderr.on("data", (data: Buffer) => (printed.err += data));
  return { child, printed, exit: once(child, "exit").then(([code, signal]) => ({ code, signal })) };
}

/** The admin key that `environmentOf` sets. */
export const BUILT_ADMIN_KEY = "admin_key_of_the_tests_0123456789";

/** The services that a built process works on. */
interface World {
  databaseUrl: string;
  redisUrl: string;
  prefix: string;
  simulator: { apiKey: string; url: string };
}

/** What built processes need to work on a bed; the API on any free port. */
export const environmentOf = (bed: World): Record<string, string> => ({
  DATABASE_URL: bed.databaseUrl,
  REDIS_URL: bed.redisUrl,
  QUEUE_PREFIX: bed.prefix,
  RETELL_API_KEY: bed.simulator.apiKey,
  RETELL_BASE_URL: bed.simulator.url,
  ADMIN_API_KEY: BUILT_ADMIN_KEY,
  PORT: "0",
});

/** Where a built API or simulator listens, as soon as it does. Throws, with what it printed, if it ends instead. */
export const addressOf = ({ child, printed }: BuiltProcess): Promise<string> =>
  until("the process listens", () => {
    if (child.exitCode !== null) throw new Error(`the process ended: ${printed.err}${printed.out}`);
    return /"url":"([^"]+)"/.exec(printed.out)?.[1];
  });
