import { randomBytes } from "node:crypto";
import { openCallsQueue } from "@ringfence/queue";
import { Redis } from "ioredis";
import type pg from "pg";
import { type Who, type Whose, WORKERS } from "../plan/orders.ts";
import type { Times } from "../plan/timings.ts";
import { type ApiClient, createApiClient } from "../trial/api-client.ts";
import type { Disturbance } from "../trial/disturbance.ts";
import { createSimulatorClient, type SimulatorClient } from "../trial/simulator-client.ts";
import { openProxy, type Wireway } from "../wire/proxy.ts";
import type { Wire } from "../wire/wire-points.ts";
import { type WireDial, watchDials } from "../wire/wire-watch.ts";
import { addressOf, via } from "./addresses.ts";
import type { Guardian } from "./guardian.ts";
import { openSql } from "./open-sql.ts";
import { createSlot, type ProcessSlot } from "./process-slot.ts";
import type { Services } from "./services.ts";

/** A simulated workspace as it is without faults; more lines than any plan uses. */
const ACCOUNT = {
  concurrencyLimit: 100,
  foreignCalls: 0,
  callsPerSecond: 0,
  paymentRequired: false,
  keyRevoked: false,
  listLagMs: 0,
};
const ADMIN_KEY = "admin_key_of_the_chaos_suite";
const RETELL_KEY = "key_chaos";

/** What a world is made of. */
export interface WorldDeps {
  services: Services;
  guardian: Guardian;
  times: Times;
  /** The clone, whose built processes run. */
  clone: string;
  seed: string;
  /** No other world uses PostgreSQL. */
  alone: boolean;
  /** Spares the API and the first worker every death, so that their memory can be watched. */
  withVeterans: boolean;
  signal: AbortSignal;
}

/**
 * One Ringfence of its own: a database, a queue prefix, a simulator, an API and workers, each process with its own
 * wires to everything it talks to, so that each can be struck alone.
 */
export interface World {
  api: ApiClient;
  simulator: SimulatorClient;
  slots: Record<Who, ProcessSlot>;
  /** Processes that run in this trial. */
  inUse: Set<Who>;
  /** Processes that are never killed. */
  veterans: ReadonlySet<Who>;
  /** Retell's ids of calls it was made to forget. */
  forgotten: Set<string>;
  /** The wires of a kind, of one process or of all. */
  wires(wire: Wire, whose: Whose): Wireway[];
  /** Create-call requests as the wires saw them. */
  dials: WireDial[];
  /** When a statement that lifts a hold or pulls the next dial to now went over a wire. */
  disturbances: Disturbance[];
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Jobs by state: wait, prioritized, delayed, active, failed. */
  jobs(): Promise<Record<string, number>>;
  /** Takes every key of this world out of Redis in one go. */
  emptyRedis(): Promise<void>;
  /** Ends every connection of this world's processes, as a restart of PostgreSQL does. */
  endBackends(): Promise<void>;
  /** Makes another Redis the primary, the one before its replica, which stays up; null where it is not ours. */
  failOver: (() => Promise<void>) | null;
  /** Restarts a service for real; null where others use it too, or it is not ours. */
  restartService(service: "postgres" | "redis"): ((downMs: number) => Promise<void>) | null;
  restoreAccount(): Promise<void>;
  /** Lifts every fault, heals every wire, starts what is down. */
  restore(): Promise<void>;
  /** Ready for a next trial: empty books everywhere but in the database. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a world and waits until its API and first worker are ready. */
export async function openWorld(deps: WorldDeps): Promise<World> {
  const { services, guardian, times, clone, seed, signal } = deps;
  const name = `chaos_${randomBytes(6).toString("hex")}`;
  const prefix = `{${name}}`;
  await services.admin(`CREATE DATABASE ${name} TEMPLATE ${services.template}`);
  const primary = await services.openRedis();

  const dials: WireDial[] = [];
  const disturbances: Disturbance[] = [];
  const slots = {} as Record<Who, ProcessSlot>;
  const proxies: { wire: Wire; who: Who; proxy: Wireway }[] = [];

  const simulatorUrl = () => String(slots.simulator.ready?.url);
  const apiUrl = (): string | null => (slots.api.ready ? String(slots.api.ready.url) : null);
  const databaseUrl = () => {
    const url = new URL(services.postgresUrl());
    url.pathname = `/${name}`;
    return url.href;
  };

  const lay = async (wire: Wire, who: Who, target: () => string, watch?: Parameters<typeof openProxy>[1]) => {
    const proxy = await openProxy(() => addressOf(target()), watch);
    proxies.push({ wire, who, proxy });
    return proxy;
  };
  const webhooks = await lay("webhooks", "simulator", () => apiUrl() ?? "http://127.0.0.1:9");

  slots.simulator = createSlot(
    {
      name: "simulator",
      script: `${clone}/apps/simulator/dist/main.js`,
      readyWhen: "simulator listening",
      environment: () => ({
        SIMULATOR_PORT: "0",
        SIMULATOR_API_KEY: RETELL_KEY,
        SIMULATOR_TIME_SCALE: String(times.scale),
        SIMULATOR_SEED: String(Number.parseInt(Buffer.from(seed).toString("hex").slice(0, 8), 16) || 1),
        SIMULATOR_CONCURRENCY: String(ACCOUNT.concurrencyLimit),
      }),
    },
    guardian,
  );

  for (const who of ["api", ...WORKERS] as const) {
    const postgres = await lay("postgres", who, services.postgresUrl);
    const redis = await lay("redis", who, primary.url);
    const watch = who === "api" ? undefined : watchDials(dials, who);
    const retell = await lay("retell", who, simulatorUrl, watch);
    const app = who === "api" ? "api" : "worker";
    slots[who] = createSlot(
      {
        name: who,
        script: `${clone}/apps/${app}/dist/main.js`,
        readyWhen: who === "api" ? "api listening" : "worker started",
        environment: () => ({
          ...times.environment,
          DATABASE_URL: via(databaseUrl(), postgres.port),
          REDIS_URL: via(primary.url(), redis.port),
          QUEUE_PREFIX: prefix,
          RETELL_API_KEY: RETELL_KEY,
          RETELL_BASE_URL: `http://127.0.0.1:${retell.port}`,
          PUBLIC_URL: `http://127.0.0.1:${webhooks.port}`,
          CALLS_PER_SECOND: "0",
          ...(who === "api" && { ADMIN_API_KEY: ADMIN_KEY, PORT: "0", RATE_LIMIT_PER_MINUTE: "0" }),
        }),
      },
      guardian,
    );
  }

  const ignore = () => undefined; // services go away here; whoever asks asks again
  const { sql, close: closeSql } = openSql(databaseUrl);
  const openOurs = () => {
    const redis = new Redis(primary.url(), { maxRetriesPerRequest: 1, retryStrategy: () => 100 });
    redis.on("error", ignore);
    return { redis, queue: openCallsQueue(primary.url(), prefix, ignore) };
  };
  let ours = openOurs();
  const closeOurs = async ({ redis, queue }: typeof ours) => {
    await queue.close();
    redis.disconnect();
  };
  const api = createApiClient(apiUrl, ADMIN_KEY, signal);
  const simulator = createSimulatorClient(simulatorUrl, signal);
  const forgotten = new Set<string>();
  const inUse = new Set<Who>(["simulator", "api", "worker 1", "worker 2"]);

  const emptyRedis = async () => {
    const script = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('UNLINK', key) end";
    await ours.redis.eval(script, 0, `${prefix}*`);
  };
  const close = async () => {
    await Promise.all(Object.values(slots).map((slot) => slot.close()));
    await Promise.all(proxies.map(({ proxy }) => proxy.close()));
    await emptyRedis().catch(ignore);
    await closeOurs(ours);
    await primary.close();
    await closeSql();
    await services.admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(ignore);
  };

  try {
    await slots.simulator.ensureUp(signal);
    await Promise.all([...inUse].map((who) => slots[who].ensureUp(signal)));
  } catch (error) {
    await close();
    throw error;
  }

  return {
    api,
    simulator,
    slots,
    inUse,
    veterans: new Set<Who>(deps.withVeterans ? ["api", "worker 1"] : []),
    forgotten,
    wires: (wire, whose) =>
      proxies
        .filter(
          ({ wire: its, who }) =>
            its === wire && (whose === "all" || whose === who || (whose === "workers" && who.startsWith("worker"))),
        )
        .map(({ proxy }) => proxy),
    dials,
    disturbances,
    sql,
    jobs: () => ours.queue.queue.getJobCounts("wait", "prioritized", "delayed", "active", "failed"),
    emptyRedis,
    endBackends: async () => {
      await sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name <> 'chaos'`,
      );
    },
    failOver:
      primary.failOver &&
      (async () => {
        await primary.failOver!();
        const before = ours;
        ours = openOurs();
        await closeOurs(before);
      }),
    restartService: (service) => {
      if (service === "redis") return primary.restart;
      return deps.alone ? services.restartPostgres : null;
    },
    restoreAccount: () => simulator.account(ACCOUNT),
    restore: async () => {
      for (const slot of Object.values(slots)) slot.thaw();
      await Promise.all(proxies.map(({ proxy }) => proxy.heal()));
      await Promise.all(
        Object.keys(slots).map(async (who) => {
          if (inUse.has(who as Who)) await slots[who as Who].ensureUp(signal);
          else await slots[who as Who].kill();
        }),
      );
      await simulator.clearFaults();
      await simulator.webhooks({});
      await simulator.account(ACCOUNT);
    },
    forget: async () => {
      await simulator.reset();
      await simulator.account(ACCOUNT);
      dials.length = 0;
      disturbances.length = 0;
      forgotten.clear();
      api.forget();
      for (const slot of Object.values(slots)) slot.forgetLines();
    },
    close,
  };
}
