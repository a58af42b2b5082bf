import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type Bed, openBed } from "@ringfence/campaigns/testing";
import {
  addressOf,
  BUILT_ADMIN_KEY,
  type BuiltProcess,
  brokenBooks,
  environmentOf,
  openFailover,
  startBuilt,
  until,
} from "@ringfence/testkit";

/** A port that no process uses at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const started: BuiltProcess[] = [];
function start(app: "api" | "worker", environment: Record<string, string>): BuiltProcess {
  const process = startBuilt(app, environment);
  started.push(process);
  return process;
}
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill("SIGKILL");
});

test.each<["api" | "worker", string[]]>([
  [
    "api",
    [
      "DATABASE_URL",
      "REDIS_URL",
      "RETELL_API_KEY",
      "ADMIN_API_KEY",
      "PORT",
      "CALL_CONCURRENCY",
      "OUTCOME_UNKNOWN_AFTER_MS",
    ],
  ],
  [
    "worker",
    [
      "DATABASE_URL",
      "REDIS_URL",
      "RETELL_API_KEY",
      "JOB_LOCK_MS",
      "CALL_CONCURRENCY",
      "CALLS_PER_SECOND",
      "OUTCOME_UNKNOWN_AFTER_MS",
    ],
  ],
])("%s names every setting at fault in one message and exits with 1", async (app, names) => {
  const { printed, exit } = start(app, {
    DATABASE_URL: "mysql://x",
    ADMIN_API_KEY: "short",
    PORT: "http",
    CALL_CONCURRENCY: "0",
    CALLS_PER_SECOND: "fast",
    JOB_LOCK_MS: "-1",
    OUTCOME_UNKNOWN_AFTER_MS: "9000",
  });
  expect(await exit).toEqual({ code: 1, signal: null });
  for (const name of names) expect(printed.err).toContain(name);
  expect(printed.err).not.toContain("    at ");
});

describe("whole processes", () => {
  let bed: Bed;
  let environment: Record<string, string>;
  beforeEach(async () => {
    bed = await openBed({
      concurrencyLimit: 100,
      outcomes: { default: { reason: "user_hangup", ringMs: 10, talkMs: null } },
    });
    environment = environmentOf(bed);
  });
  afterEach(() => bed.close());

  /** The API's process and its address. */
  async function startApi() {
    const api = start("api", environment);
    const url = await addressOf(api);
    const request = async (method: string, path: string, body?: object) => {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${BUILT_ADMIN_KEY}`, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Record<string, unknown> & { id: string };
    };
    return { ...api, url, request };
  }

  test("a campaign with a worker killed, another ended and a stop is exact and calls nobody twice", async () => {
    const api = await startApi();
    const workers = [1, 2].map(() =>
      start("worker", { ...environment, PUBLIC_URL: api.url, JOB_LOCK_MS: "2000", SWEEP_INTERVAL_MS: "300" }),
    );
    const campaign = await api.request("POST", "/v1/campaigns", { name: "Whole", from_number: "+14157774444" });
    const candidates = Array.from({ length: 30 }, (_, n) => ({ phone_number: `+1415555${1000 + n}` }));
    expect(await api.request("POST", `/v1/campaigns/${campaign.id}/candidates`, { candidates })).toMatchObject({
      created: 30,
    });
    const batch = await api.request("POST", `/v1/campaigns/${campaign.id}/launch`);
    await until("five calls are live", () => bed.simulator.state().currentConcurrency === 5);

    workers[0]!.child.kill("SIGKILL");
    workers.push(
      start("worker", { ...environment, PUBLIC_URL: api.url, JOB_LOCK_MS: "2000", SWEEP_INTERVAL_MS: "300" }),
    );
    await until("the third worker has started", () => workers[2]!.printed.out.includes("worker started"));
    workers[1]!.child.kill("SIGTERM");
    // npm passes one Ctrl-C on twice.
    workers[1]!.child.kill("SIGTERM");
    expect(await workers[1]!.exit).toEqual({ code: 0, signal: null });

    const liveCalls = () => bed.simulator.state().calls.filter((call) => call.call_status === "ongoing");
    for (const call of liveCalls()) bed.simulator.end(call.call_id);
    await until(
      "the lines are full again",
      () => bed.simulator.state().creates.length === 10 && liveCalls().length === 5,
    );
    const receipt = await api.request("POST", `/v1/batches/${batch.id}/cancel`);
    expect(receipt).toMatchObject({ cancelled_now: 20, in_progress_calls: 5, pending_calls: 0 });
    for (const call of liveCalls()) bed.simulator.end(call.call_id);
    const final = await until("all have ended", async () => {
      const now = await api.request("GET", `/v1/batches/${batch.id}`);
      return now.completed_at ? now : null;
    });
    expect(final).toMatchObject({ status: "cancelled", completed_calls: 10, failed_calls: 20, cancelled_calls: 20 });
    expect(bed.simulator.state().maxDialsPerCall).toBe(1);
    expect(await brokenBooks(bed)).toEqual([]);

    for (const process of [api, workers[2]!]) {
      process.child.kill("SIGTERM");
      expect(await process.exit).toEqual({ code: 0, signal: null });
      expect(process.printed.err).toBe("");
      expect(process.printed.out).not.toMatch(/\+1415|admin_key/);
    }
  });

  test("the lines are full within ten seconds after a kill of the worker that holds them all", async () => {
    const api = await startApi();
    const settings = { ...environment, PUBLIC_URL: api.url, CALL_CONCURRENCY: "5", CALLS_PER_SECOND: "0" };
    const holder = start("worker", settings);
    const campaign = await api.request("POST", "/v1/campaigns", { name: "Killed", from_number: "+14157774444" });
    const candidates = Array.from({ length: 60 }, (_, n) => ({ phone_number: `+1415555${1000 + n}` }));
    await api.request("POST", `/v1/campaigns/${campaign.id}/candidates`, { candidates });
    await api.request("POST", `/v1/campaigns/${campaign.id}/launch`);
    const live = () => bed.simulator.state().calls.filter((call) => call.call_status === "ongoing");
    await until("five calls are live", () => live().length === 5);
    const idle = start("worker", settings);
    await until("the other worker has started", () => idle.printed.out.includes("worker started"));
    bed.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 10, talkMs: 2_500 } });

    const held = new Set(live().map((call) => call.call_id));
    const killedAt = performance.now();
    holder.child.kill("SIGKILL");
    await holder.exit;
    for (const id of held) bed.simulator.end(id);
    await until(
      "five other calls are live",
      () => live().filter((call) => !held.has(call.call_id)).length === 5,
      10_000,
    );
    process.stderr.write(`lines full again ${Math.round(performance.now() - killedAt)} ms after the kill\n`);
    expect(bed.simulator.state()).toMatchObject({ peakConcurrency: 5, maxDialsPerCall: 1 });
    expect(await brokenBooks(bed)).toEqual([]);
  });

  test("a process whose Redis is gone still ends cleanly", async () => {
    const worker = start("worker", { ...environment, REDIS_URL: "redis://127.0.0.1:1" });
    await until("it has started", () => worker.printed.out.includes("worker started"));
    worker.child.kill("SIGINT");
    expect(await worker.exit).toEqual({ code: 0, signal: null });
  });

  test.each([
    ["without tables", "DROP TABLE lines CASCADE"],
    [
      "with tables older than the worker's",
      "DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)",
    ],
  ])("a worker on a database %s says what to run in one line and exits with 1", async (_, statement) => {
    await bed.sql(statement);
    const worker = start("worker", environment);
    expect(await worker.exit).toEqual({ code: 1, signal: null });
    expect(worker.printed.err).toMatch(/^[^\n]*npm run migrate[^\n]*\n$/);
  });

  test("an API on older tables starts, and reports that it is not ready until they are migrated", async () => {
    await bed.sql(
      "DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)",
    );
    await bed.sql("ALTER TABLE lines DROP COLUMN last_dial_at, DROP COLUMN lifted_by");
    const api = start("api", environment);
    const url = await addressOf(api);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ postgres: "not migrated", redis: "ok" }),
    ]);
  });

  test("a worker with newer tables and a Redis that may evict works, warns once, and serves its metrics", async () => {
    await bed.sql(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ('newer', '', '29990101000000_newer', now(), 1)`,
    );
    const redis = await openFailover();
    bed.onClose(redis.close);
    await redis.set("maxmemory-policy", "allkeys-lru");
    const port = await freePort();
    const worker = start("worker", { ...environment, REDIS_URL: redis.url, METRICS_PORT: String(port) });
    await until("it has started", () => worker.printed.out.includes("worker started"));
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    expect(await get("/healthz")).toMatchObject({ status: 200 });
    expect(await get("/metrics")).toMatchObject({
      status: 200,
      text: expect.stringContaining("ringfence_dials_total"),
    });
    expect(await get("/else")).toMatchObject({ status: 404 });
    expect(await get("/readyz")).toMatchObject({ status: 200, text: expect.stringContaining("allkeys-lru") });
    await until("the policy is in the log", () => worker.printed.out.includes("allkeys-lru"));
    expect(worker.printed.out.split("\n").filter((line) => line.includes('"level":50'))).toHaveLength(1);
    const alive = () => bed.sql<{ runs_held: number }>("SELECT runs_held, version FROM workers");
    await until("its heartbeat is there", async () => (await alive()).length === 1);
    await redis.set("min-replicas-to-write", "1");
    expect(await get("/readyz")).toMatchObject({ status: 503, text: expect.stringContaining("refuses writes") });
    worker.child.kill("SIGTERM");
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    expect(await alive()).toEqual([]);
  });
});
