import { parseSettings, SettingsError } from "@ringfence/runtime";
import type { BootPlan, Environment } from "../boot/boot.ts";

const SIMULATOR_KEY = "key_simulator";
/** Lines of a simulated workspace: Retell's initial number, or more if the settings need more. */
const SIMULATED_LINES = 20;
/** Levels at which the API would not log the address that it listens on. */
const TOO_QUIET = ["warn", "error", "fatal", "silent"];

/** What `npm start` takes from the environment and what it has to boot itself. */
export interface StartPlan {
  postgresUrl: string | undefined;
  redisUrl: string | undefined;
  /** Whether real phones ring. */
  real: boolean;
  /** Retell's address, if it is not the SDK's default. */
  retellUrl: string | undefined;
  adminKey: string | undefined;
  host: string;
  port: number;
  /** The path under which a proxy serves the API, such as "/dialer"; "" stands for the root of its host. */
  basePath: string;
  publicUrl: string | undefined;
  /** How long a live call may be without news before it is looked up, in ms. */
  callPollAfterMs: number;
}

/** Reads what `npm start` has to boot; an empty variable counts as unset. Throws one `SettingsError` that lists every fault of every process. */
export function planStart(environment: Environment): StartPlan {
  const given = (name: string) => environment[name] || undefined;
  const real = given("RETELL_API_KEY") !== undefined;
  const { api, worker } = checkSettings({
    ...environment,
    DATABASE_URL: given("DATABASE_URL") ?? "postgres://embedded",
    REDIS_URL: given("REDIS_URL") ?? "redis://embedded",
    RETELL_API_KEY: given("RETELL_API_KEY") ?? SIMULATOR_KEY,
    RETELL_BASE_URL: real ? given("RETELL_BASE_URL") : undefined,
    ADMIN_API_KEY: given("ADMIN_API_KEY") ?? "made when nothing is wrong",
  });
  return {
    postgresUrl: given("DATABASE_URL"),
    redisUrl: given("REDIS_URL"),
    real,
    retellUrl: api.RETELL_BASE_URL,
    adminKey: given("ADMIN_API_KEY"),
    host: api.HOST,
    port: api.PORT,
    basePath: api.BASE_PATH,
    publicUrl: worker.PUBLIC_URL,
    callPollAfterMs: worker.CALL_POLL_AFTER_MS,
  };
}

function checkSettings(environment: Environment) {
  const faults = new Set<string>();
  const check = <Settings>(parse: () => Settings): Settings | undefined => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      for (const line of error.message.split("\n")) faults.add(line); // both processes report faults of shared settings
      return undefined;
    }
  };
  const api = check(() => parseSettings("api", environment));
  const worker = check(() => parseSettings("worker", environment));
  if (!api || !worker) throw new SettingsError([...faults].join("\n"));
  return { api, worker };
}

/** The boot of `npm start`: the shell's environment, except for what is embedded or simulated. */
export function toBootPlan(
  plan: StartPlan,
  environment: Environment,
  { clone, logs, dataDir, adminKey }: { clone: string; logs: string; dataDir: string; adminKey: string },
): BootPlan {
  const lines = Math.max(SIMULATED_LINES, Number(environment.CALL_CONCURRENCY || 0));
  return {
    clone,
    logs,
    postgres: plan.postgresUrl ? { url: plan.postgresUrl } : { dataDir },
    redis: plan.redisUrl ? { url: plan.redisUrl } : "embedded",
    retell: plan.real
      ? "real"
      : {
          simulator: {
            SIMULATOR_CONCURRENCY: String(lines),
            ...environment,
            SIMULATOR_PORT: "0",
            SIMULATOR_HOST: "127.0.0.1",
            SIMULATOR_API_KEY: SIMULATOR_KEY,
            SIMULATOR_WEBHOOK_KEY: SIMULATOR_KEY,
          },
          use: (url) => ({
            RETELL_API_KEY: SIMULATOR_KEY,
            RETELL_WEBHOOK_KEY: SIMULATOR_KEY,
            RETELL_BASE_URL: url,
          }),
        },
    environment: {
      ...(plan.postgresUrl ? environment : withoutPostgresVariables(environment)),
      ADMIN_API_KEY: adminKey,
      LOG_LEVEL: TOO_QUIET.includes(environment.LOG_LEVEL ?? "") ? "info" : environment.LOG_LEVEL,
    },
  };
}

/** PGSSLMODE and similar variables are meant for the user's own server. */
const withoutPostgresVariables = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("PG")));
