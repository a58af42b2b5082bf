import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EmbeddedPostgres, startPostgres } from "@ringfence/embedded";
import pg from "pg";
import { startRedis, useRedis, type WorldRedis } from "./world-redis.ts";

/** The worlds' processes open some thirty connections each. */
const SETTINGS = { max_connections: "400", shared_buffers: "256MB" };

/** One PostgreSQL for all worlds of a run, and where each gets its Redis. */
export interface Services {
  /** Addresses now: a restarted PostgreSQL has another port. */
  postgresUrl(): string;
  /** A Redis for one more world: its own, unless TEST_REDIS_URL names one for all. */
  openRedis(): Promise<WorldRedis>;
  /** The migrated database that each world clones. */
  template: string;
  /** Runs a statement on the database "postgres". */
  admin(statement: string): Promise<void>;
  /** Ends PostgreSQL as an operator would and starts it on the same data; null where it is not ours. */
  restartPostgres: ((downMs: number) => Promise<void>) | null;
  close(): Promise<void>;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

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
export function useServices(known: { postgresUrl: string; template: string }): Services {
  return {
    postgresUrl: () => known.postgresUrl,
    openRedis: startRedis,
    template: known.template,
    admin: (statement) => runOnce(known.postgresUrl, statement),
    restartPostgres: null,
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
  let postgres: EmbeddedPostgres | null = TEST_DATABASE_URL ? null : await beginPostgres();
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
    openRedis: async () => (TEST_REDIS_URL ? useRedis(TEST_REDIS_URL) : await startRedis()),
    template,
    admin,
    restartPostgres: postgres
      ? inTurn(async (downMs) => {
          await postgres!.close();
          await pause(downMs);
          postgres = await beginPostgres();
        })
      : null,
    close: async () => {
      await admin(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`).catch(() => undefined);
      await postgres?.close();
      if (dataDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
