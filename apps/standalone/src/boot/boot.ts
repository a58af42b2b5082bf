import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { startPostgres, startValkey } from "@ringfence/embedded";
import { StartError } from "@ringfence/runtime";
import { type ProcessPlan, runProcess, startProcess } from "./built-process.ts";
import type { Ending, Lifetimes } from "./lifetimes.ts";

/** Time that each process gets to end, in ms, before it is killed. The worker may have a dial under way. */
const GRACE_MS = { worker: 8_000, API: 6_000, simulator: 1_000 };

export type Environment = Record<string, string | undefined>;

/** What to boot on this machine, and what runs elsewhere. */
export interface BootPlan {
  /** The clone, whose built processes are run. */
  clone: string;
  /** An empty folder for the logs of everything booted. */
  logs: string;
  /** An address, or the folder of embedded data (`null` = throw-away). */
  postgres: { url: string } | { dataDir: string | null };
  /** An address, or embedded. */
  redis: { url: string } | "embedded";
  /** The simulator's environment, and what makes API and worker use it, or the real Retell. */
  retell: { simulator: Environment; use: (url: string) => Environment } | "real";
  /** The environment of migrate, API and worker, without the addresses of what is booted here. */
  environment: Environment;
}

/** The addresses of what was booted. */
export interface Booted {
  api: string;
  /** null against the real Retell. */
  simulator: string | null;
}

/** Called after each step with its name, its result in a few words, and its duration in ms. */
export type Report = (name: string, what: string, ms: number) => void;

/**
 * Boots PostgreSQL, Valkey and the simulator, each unless it runs elsewhere, then migrates, then boots the API and one worker; they
 * end in the opposite order. The worker comes last: it has to know the address at which the API got its webhooks.
 */
export async function boot(plan: BootPlan, lifetimes: Lifetimes, report: Report): Promise<Booted> {
  const timed = async <Thing>(name: string, begin: () => Promise<Thing>, what: (thing: Thing) => string) => {
    const from = performance.now();
    const thing = await begin();
    report(name, what(thing), performance.now() - from);
    return thing;
  };
  const planOf = (name: string, app: string, environment: Environment, entry = "main"): ProcessPlan => ({
    name,
    script: join(plan.clone, "apps", app, "dist", `${entry}.js`),
    environment,
    logFile: join(plan.logs, `${entry === "main" ? app : entry}.log`),
  });
  const start = (name: keyof typeof GRACE_MS, app: string, readyWhen: string, environment: Environment) =>
    lifetimes.start((signal) =>
      startProcess(
        planOf(name, app, environment),
        { readyWhen, graceMs: GRACE_MS[name], onLost: lifetimes.lost },
        signal,
      ),
    );
  const toUrl = ({ ready }: { ready: Record<string, unknown> }) => String(ready.url);

  const { postgres, redis, retell } = plan;
  const [databaseUrl, redisUrl, simulator] = await Promise.all([
    "url" in postgres
      ? postgres.url
      : timed("PostgreSQL", () => embedPostgres(postgres.dataDir, plan.logs, lifetimes), howKept(postgres.dataDir)),
    redis === "embedded"
      ? timed(
          "Valkey",
          () => embedValkey(plan.logs, lifetimes),
          () => "embedded, in memory",
        )
      : redis.url,
    retell === "real"
      ? null
      : timed(
          "Simulator",
          async () => toUrl(await start("simulator", "simulator", "simulator listening", retell.simulator)),
          () => "plays Retell AI; no phone rings",
        ),
  ]);

  const environment: Environment = {
    ...plan.environment,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    ...(retell === "real" || simulator === null ? {} : retell.use(simulator)),
  };
  const migrate = (signal: AbortSignal) => runProcess(planOf("migration", "api", environment, "migrate"), signal);
  await timed(
    "Tables",
    () => lifetimes.start((signal) => migrate(signal).then(() => ({ close: async () => undefined }))),
    () => "up to date",
  );
  const api = await timed(
    "API",
    async () => reachable(toUrl(await start("API", "api", "api listening", environment))),
    (url) => url,
  );
  const publicUrl = environment.PUBLIC_URL || (simulator === null ? undefined : api);
  await timed(
    "Worker",
    () => start("worker", "worker", "worker started", { ...environment, PUBLIC_URL: publicUrl }),
    ({ ready: { lines, callsPerSecond } }) => `${lines} lines, ${pace(Number(callsPerSecond))}`,
  );
  return { api, simulator };
}

async function embedPostgres(dataDir: string | null, logs: string, lifetimes: Lifetimes): Promise<string> {
  const log = lineLog(join(logs, "postgres.log"));
  const begin = () => startPostgres({ ...(dataDir === null ? {} : { dataDir }), log });
  return (await lifetimes.start(() => plainly(begin))).url;
}

async function embedValkey(logs: string, lifetimes: Lifetimes): Promise<string> {
  const log = lineLog(join(logs, "valkey.log"));
  return (await lifetimes.start(() => plainly(() => startValkey({ log })))).url;
}

/** The messages of the embedded services already say what is wrong and what to do; a stack trace would only hide that. */
async function plainly<Thing extends Ending>(begin: () => Promise<Thing>): Promise<Thing> {
  try {
    return await begin();
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function lineLog(path: string): (line: string) => void {
  const file = createWriteStream(path);
  file.on("error", () => undefined); // a full disk must not end the process
  return (line) => void file.write(`${line}\n`);
}

/** Turns an address that listens everywhere into an address that can be opened here. */
const reachable = (url: string): string => url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
const howKept = (dataDir: string | null) => () =>
  dataDir === null ? "embedded, throw-away data" : "embedded, its data kept";
const pace = (callsPerSecond: number): string =>
  callsPerSecond === 0
    ? "no limit of pace"
    : `at most ${callsPerSecond} call${callsPerSecond === 1 ? "" : "s"} a second`;
