import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EmbeddedPostgres, type EmbeddedValkey, startPostgres, startValkey } from "@ringfence/embedded";
import pg from "pg";

/** The worlds' processes open some thirty connections each. */
const SETTINGS = { max_connections: "400", shared_buffers: "256MB" };

const START_TRIES = 20;
const START_AGAIN_MS = 100;

/** One PostgreSQL and one Redis for all worlds of a run. */
export interface Services {
  /** Addresses now: a restarted PostgreSQL has another port. */
  postgresUrl(): string;
  redisUrl(): string;
  /** The migrated database that each world clones. */
  template: string;
  /** Runs a statement on the database "postgres". */
  admin(statement: string): Promise<void>;
  /** Ends PostgreSQL as an operator would and starts it on the same data; null where it is not ours. */
  restartPostgres: ((downMs: number) => Promise<void>) | null;
  /** Ends Redis, with all it held, and starts it anew on the same port; null where it is not ours. */
  restartRedis: ((downMs: number) => Promise<void>) | null;
  close(): Promise<void>;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** An outgoing connection of somebody may have taken the port for a moment. */
async function insist<Started>(start: () => Promise<Started>): Promise<Started> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === START_TRIES) throw error;
      await pause(START_AGAIN_MS);
    }
  }
}

/** Runs one statement on a connection of its own. */
async function runOnce(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Uses services that run already, with a template that is there already. They are not ended. */
export function useServices(known: { postgresUrl: string; redisUrl: string; template: string }): Services {
  return {
    postgresUrl: () => known.postgresUrl,
    redisUrl: () => known.redisUrl,
    template: known.template,
    admin: (statement) => runOnce(known.postgresUrl, statement),
    restartPostgres: null,
    restartRedis: null,
    close: async () => undefined,
  };
}

/**
 * Starts what `TEST_DATABASE_URL` and `TEST_REDIS_URL` do not name and makes the template, by the built migration.
 * The shell's DATABASE_URL and REDIS_URL are never looked at.
 */
export async function startServices(
  environment: Record<string, string | undefined>,
  migrate: string,
): Promise<Services> {
  const { TEST_DATABASE_URL, TEST_REDIS_URL } = environment;
  const dataDir = TEST_DATABASE_URL ? null : await mkdtemp(join(tmpdir(), "ringfence-chaos-data-"));
  // PostgreSQL does not run as root: whoever it runs as has to get through to its data.
  if (dataDir) await chmod(dataDir, 0o755);
  const beginPostgres = () => startPostgres({ dataDir: join(dataDir!, "data"), durable: false, settings: SETTINGS });
  let [postgres, valkey]: [EmbeddedPostgres | null, EmbeddedValkey | null] = await Promise.all([
    TEST_DATABASE_URL ? null : beginPostgres(),
    TEST_REDIS_URL ? null : startValkey(),
  ]);
  const postgresUrl = () => TEST_DATABASE_URL || postgres!.adminUrl;
  const admin = (statement: string) => runOnce(postgresUrl(), statement);

  const template = `chaos_template_${randomBytes(6).toString("hex")}`;
  await admin(`CREATE DATABASE ${template}`);
  const url = new URL(postgresUrl());
  url.pathname = `/${template}`;
  await promisify(execFile)(process.execPath, [migrate], { env: { DATABASE_URL: url.href } });

  // One restart of a service after another.
  let restarts: Promise<unknown> = Promise.resolve();
  const inTurn = (restart: (downMs: number) => Promise<void>) => (downMs: number) => {
    const done = restarts.then(() => restart(downMs));
    restarts = done.catch(() => undefined);
    return done;
  };

  return {
    postgresUrl,
    redisUrl: () => TEST_REDIS_URL || valkey!.url,
    template,
    admin,
    restartPostgres: postgres
      ? inTurn(async (downMs) => {
          await postgres!.close();
          await pause(downMs);
          postgres = await beginPostgres();
        })
      : null,
    restartRedis: valkey
      ? inTurn(async (downMs) => {
          const port = Number(new URL(valkey!.url).port);
          await valkey!.close();
          await pause(downMs);
          valkey = await insist(() => startValkey({ port }));
        })
      : null,
    close: async () => {
      await admin(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`).catch(() => undefined);
      await Promise.all([postgres?.close(), valkey?.close()]);
      if (dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
