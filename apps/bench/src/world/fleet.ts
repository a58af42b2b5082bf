import { randomBytes } from "node:crypto";
import { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt } from "@ringfence/testkit/built";
import { until } from "@ringfence/testkit/until";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";

/** What a figure is measured on. */
export interface FleetPlan {
  lines: number;
  workers: number;
  /** Dials a second, 0 = no limit. */
  pace: number;
  /** How long each call rings and talks, in ms; `null`: until the end. */
  calls: { ringMs: number; talkMs: number | null };
  /** Most calls one worker holds; default: the product's. */
  workerHolds?: number;
  /** Settings of PostgreSQL for this database, as in postgresql.conf. */
  postgres?: Record<string, string>;
  /** Further settings of API and workers. */
  environment?: Record<string, string>;
}

/** Addresses of the services that all fleets of a run use. */
export interface Services {
  postgresUrl: string;
  redisUrl: string;
  template: string;
}

/** Retell's number from which the campaigns call. */
const FROM_NUMBER = "+14157774444";
const RETELL_KEY = "key_bench";
/** The analysis of a call comes this long after its end, in ms. */
export const ANALYSIS_MS = 300;
/** Jobs that BullMQ removes in one pipeline. */
const REMOVED_AT_ONCE = 1_000;
/** Longest wait for a process to end, in ms. */
const GRACE_MS = 12_000;

/** The product's real processes on a database of their own: API, workers and simulator. */
export interface Fleet {
  plan: FleetPlan;
  /** API first, then the workers. */
  processes: { api: BuiltProcess; workers: BuiltProcess[]; simulator: BuiltProcess };
  simulatorUrl: string;
  apiUrl: string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  databaseUrl: string;
  /** Sends a request as admin. Throws unless the answer is 2xx. */
  request<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  simulator<Answer>(method: "GET" | "POST", path: string, body?: unknown): Promise<Answer>;
  /** A campaign of so many candidates, inserted directly. Returns its id. */
  campaign(candidates: number): Promise<string>;
  /** How many jobs wait on the queue. */
  waitingJobs(): Promise<number>;
  /** Removes jobs as BullMQ does, pipelined. */
  removeJobs(ids: readonly string[]): Promise<void>;
  /** Launches a campaign, all of it or so many candidates. Returns the batch's id. */
  launch(campaignId: string, limit?: number): Promise<string>;
  close(): Promise<void>;
}

/** Starts a fleet and waits until all of it is ready. */
export async function openFleet(services: Services, plan: FleetPlan): Promise<Fleet> {
  const name = `bench_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: services.postgresUrl });
  admin.on("error", () => undefined); // the services end with the run
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${services.template}`);
  for (const [setting, value] of Object.entries(plan.postgres ?? {}))
    await admin.query(`ALTER DATABASE ${name} SET ${setting} = '${value}'`);
  const url = new URL(services.postgresUrl);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 4, application_name: "bench" });
  pool.on("error", () => undefined);

  const redis = new Redis(services.redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue("calls", { connection: redis, prefix: `{${name}}` });

  const simulator = startBuilt("simulator", {
    SIMULATOR_PORT: "0",
    SIMULATOR_API_KEY: RETELL_KEY,
    SIMULATOR_CONCURRENCY: "100000",
    SIMULATOR_OUTCOMES: JSON.stringify({ default: { reason: "user_hangup", analyzeMs: ANALYSIS_MS, ...plan.calls } }),
  });
  const simulatorUrl = await addressOf(simulator);
  const environment = {
    ...environmentOf({
      databaseUrl: url.href,
      redisUrl: services.redisUrl,
      prefix: `{${name}}`,
      simulator: { apiKey: RETELL_KEY, url: simulatorUrl },
    }),
    CALL_CONCURRENCY: String(plan.lines),
    CALLS_PER_SECOND: String(plan.pace),
    RATE_LIMIT_PER_MINUTE: "0",
    LOG_LEVEL: "warn",
    ...(plan.workerHolds && { WORKER_CONCURRENCY: String(plan.workerHolds) }),
    ...plan.environment,
  };
  // The API says where it listens only at this level.
  const api = startBuilt("api", { ...environment, LOG_LEVEL: "info" });
  const apiUrl = await addressOf(api);
  const workers = Array.from({ length: plan.workers }, () =>
    startBuilt("worker", { ...environment, PUBLIC_URL: apiUrl, METRICS_PORT: "0" }),
  );

  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await pool.query<Row>(text, values)).rows;
  const request = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(apiUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${BUILT_ADMIN_KEY}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as Answer;
  };
  await until("the workers are alive", async () => {
    const { workers: alive } = await request<{ workers: number }>("GET", "/v1/lines");
    return alive === plan.workers;
  });

  return {
    plan,
    processes: { api, workers, simulator },
    simulatorUrl,
    apiUrl,
    sql,
    databaseUrl: url.href,
    request,
    simulator: async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
      const answer = await fetch(`${simulatorUrl}/__sim${path}`, {
        method,
        ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (answer.status === 204 ? undefined : await answer.json()) as Answer;
    },
    campaign: async (candidates) => {
      const { id } = await request<{ id: string }>("POST", "/v1/campaigns", {
        name: "Bench",
        from_number: FROM_NUMBER,
      });
      // The simulator gives numbers that end in 0000 to 0999 a fate of their own.
      await sql(
        `INSERT INTO candidates (campaign_id, phone_number, name)
         SELECT $1, '+1' || (4150001000 + n / 9000 * 10000 + n % 9000), 'Candidate ' || n FROM generate_series(0, $2::int - 1) n`,
        [id, candidates],
      );
      return id;
    },
    waitingJobs: () => queue.getJobCountByTypes("prioritized", "wait"),
    removeJobs: async (ids) => {
      for (let at = 0; at < ids.length; at += REMOVED_AT_ONCE)
        await Promise.all(ids.slice(at, at + REMOVED_AT_ONCE).map((id) => queue.remove(id)));
    },
    launch: async (campaignId, limit) =>
      (await request<{ id: string }>("POST", `/v1/campaigns/${campaignId}/launch`, limit ? { limit } : undefined)).id,
    close: async () => {
      await Promise.all([api, ...workers].map(end));
      await end(simulator);
      await queue.obliterate({ force: true });
      await queue.close();
      redis.disconnect();
      await pool.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

async function end({ child, exit }: BuiltProcess): Promise<void> {
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await exit;
  clearTimeout(impatience);
}
