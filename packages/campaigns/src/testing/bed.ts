import { randomBytes, randomUUID } from "node:crypto";
import { type Claim, openDatabase } from "@ringfence/campaigns";
import { createTimes, whyWaiting } from "@ringfence/domain";
import { createQueueHealth, openCallsQueue } from "@ringfence/queue";
import { createDialer, createDirectory, createLookups } from "@ringfence/retell";
import { type Simulator, type SimulatorOptions, startSimulator } from "@ringfence/simulator";
import pg from "pg";

/** A dial's time-out in tests, in ms; the fence and a stop's longest wait follow from it. */
export const TEST_DIAL_TIMEOUT_MS = 2_000;

/** The Retell phone number from which campaigns in tests call. */
export const FROM_NUMBER = "+14157774444";

function service(name: "RINGFENCE_TEST_POSTGRES" | "RINGFENCE_TEST_TEMPLATE" | "RINGFENCE_TEST_REDIS"): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: integration tests run in the jest projects that start their services`);
  return value;
}

/**
 * A test file's own world: a clone of the template database, a queue prefix and a simulator, all unshared. `close` drops
 * everything. `services` names a separate Redis, for tests that change the server itself.
 */
export async function openBed(simulatorOptions: SimulatorOptions = {}, services: { redisUrl?: string } = {}) {
  const name = `ringfence_${randomBytes(8).toString("hex")}`;
  const admin = new pg.Client({ connectionString: service("RINGFENCE_TEST_POSTGRES") });
  await admin.connect();
  // Copying files takes 35 ms of a core, the default strategy, which logs each page, 260 ms.
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${service("RINGFENCE_TEST_TEMPLATE")} STRATEGY FILE_COPY`);
  const url = new URL(service("RINGFENCE_TEST_POSTGRES"));
  url.pathname = `/${name}`;
  const databaseUrl = url.href;
  const redisUrl = services.redisUrl ?? service("RINGFENCE_TEST_REDIS");
  const prefix = `{${name}}`;

  const errors: Error[] = [];
  const onError = (error: Error) => errors.push(error);
  const times = createTimes({ dialTimeoutMs: TEST_DIAL_TIMEOUT_MS, outcomeUnknownAfterMs: 4_500 });
  const db = openDatabase(databaseUrl, { work: 5, main: 5, bulk: 4, stops: 4, keys: 3, outbox: 2 }, onError, times);
  const queue = openCallsQueue(redisUrl, prefix, onError);
  await db.lines.configure(5, 0);
  const simulator: Simulator = await startSimulator(simulatorOptions);
  const access = { apiKey: simulator.apiKey, baseUrl: simulator.url };
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  pool.on("error", onError);
  const closers: (() => Promise<unknown>)[] = [];

  return {
    databaseUrl,
    redisUrl,
    prefix,
    times,
    db,
    queue,
    queueHealth: createQueueHealth(queue),
    isSimulated: () => true,
    simulator,
    access,
    /** Errors that pools and connections reported. */
    errors,
    lookups: createLookups(access),
    directory: createDirectory(access),
    dialer: createDialer({ ...access, timeoutMs: TEST_DIAL_TIMEOUT_MS }),

    /** Asks for the claim of one row, once, under this name. Returns why it has to wait if it is not refused. */
    ask: async (
      callId: string,
      name: string = randomUUID(),
    ): Promise<Claim | ({ kind: "waits" } & ReturnType<typeof whyWaiting>)> => {
      const { claims, lines } = await db.calls.claim([{ callId, name }], 1);
      return claims.get(name) ?? { kind: "waits", ...whyWaiting(lines!) };
    },

    /** Runs a statement by hand, as an operator in psql would. */
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
      (await pool.query<Row>(text, values)).rows,

    /** Holds dialling, as the breaker does, with the first probe due in 5 s. Returns whether dialling was not held before. */
    hold: async (reason: string, kind = "barred"): Promise<boolean> =>
      (
        await pool.query(
          `UPDATE lines SET held_reason = $1, held_kind = $2, held_since = clock_timestamp(), probe_step = 0,
             probe_open = false, probe_call_id = NULL, probe_at = clock_timestamp() + interval '5 seconds' WHERE held_reason IS NULL`,
          [reason, kind],
        )
      ).rowCount === 1,

    /** A connection of its own, for transactions by hand. */
    connect: async (): Promise<pg.PoolClient> => pool.connect(),

    /** A campaign with candidates +14155551000 and up. Returns its id. */
    campaign: async (candidates: number, from = 0): Promise<string> => {
      const { id } = await db.campaigns.create({ name: "Test", from_number: FROM_NUMBER });
      await pool.query(
        `INSERT INTO candidates (campaign_id, phone_number, name)
         SELECT $1, '+1415' || (5551000 + $3 + n), 'Candidate ' || n FROM generate_series(0, $2::int - 1) n ORDER BY n`,
        [id, candidates, from],
      );
      return id;
    },

    /** Registers a function to run when the world ends, last registered first. */
    onClose: (close: () => Promise<unknown>): void => {
      closers.unshift(close);
    },

    close: async (): Promise<void> => {
      for (const close of closers) await close();
      await simulator.close();
      await queue.queue.obliterate({ force: true }).catch(onError);
      await queue.close();
      await db.close();
      await pool.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

export type Bed = Awaited<ReturnType<typeof openBed>>;
