import { rm } from "node:fs/promises";
import pg from "pg";
import { linkLibraries } from "../binaries/library-links.ts";
import { platformBinaries } from "../binaries/platform-binaries.ts";
import { reachableBinaries } from "../binaries/reachable-binaries.ts";
import { AlreadyRunning, own } from "../processes/ownership.ts";
import { runServer } from "../processes/run-server.ts";
import { makeThrowAwayFolder, openKeptFolder } from "./data-folder.ts";
import { endLeftoverServer } from "./leftover-server.ts";
import { openCluster, SUPERUSER } from "./open-cluster.ts";
import { guardScrap } from "./scrap-guard.ts";

export type PostgresOptions = {
  /** Where to keep the data. Without it they lie in a temporary folder and go with the server. */
  dataDir?: string;
  /** Whether what was committed survives a crash of the machine. Default: only kept data. */
  durable?: boolean;
  /** Server settings, as in postgresql.conf. `max_connections` is 200 unless set here. */
  settings?: Record<string, string>;
  /** Gets what initdb and the server write, line by line. */
  log?: (line: string) => void;
};

export type EmbeddedPostgres = {
  /** Connection string of the database "ringfence", user and password inside. */
  url: string;
  /** The same for the database "postgres", from which others are made and dropped. */
  adminUrl: string;
  /** Where the data lie. */
  dataDir: string;
  /** Stops the server, within 9 s, and removes throw-away data. May be called again. */
  close(): Promise<void>;
};

type Step = () => Promise<unknown>;

const DATABASE = "ringfence";
const NOT_DURABLE = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/**
 * Starts PostgreSQL 18 on a free port of 127.0.0.1, UTF-8, as `nobody` if this process is root. The server ends with
 * this process, however this one ends. Throws `AlreadyRunning` if the data have a live owner, and an error with the
 * reason, the server's last words and the way out (DATABASE_URL) if it does not start.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<EmbeddedPostgres> {
  const undo: Step[] = [];
  try {
    return await start(options, undo);
  } catch (error) {
    await Promise.allSettled([undoAll(undo)]); // whatever goes wrong there, the first error says why
    if (error instanceof AlreadyRunning) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The embedded PostgreSQL does not start. Set DATABASE_URL to use another server.\n${reason}`, {
      cause: error,
    });
  }
}

async function start(
  { dataDir, durable = dataDir !== undefined, settings, log }: PostgresOptions,
  undo: Step[],
): Promise<EmbeddedPostgres> {
  const throwAway = dataDir === undefined;
  const installed = platformBinaries();
  linkLibraries(installed.folder);
  const folder = throwAway ? await makeThrowAwayFolder() : await openKeptFolder(dataDir);
  if (throwAway) {
    const release = guardScrap(folder);
    undo.push(() => rm(folder.path, { recursive: true, force: true }).then(release));
  }
  const binaries = await reachableBinaries(installed, folder.user);
  if (!throwAway) {
    undo.push(await own(folder.path));
    await endLeftoverServer(folder.cluster);
  }
  const password = await openCluster(binaries, folder, { throwAway, log });
  const server = await runServer(binaries, folder, {
    settings: { max_connections: "200", ...(durable ? {} : NOT_DURABLE), ...settings },
    log,
  });
  undo.push(server.stop);
  const urlOf = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${server.port}/${database}`;
  await ensureDatabase(urlOf("postgres"));
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= undoAll(undo);
    return closed;
  };
  return { url: urlOf(DATABASE), adminUrl: urlOf("postgres"), dataDir: folder.path, close };
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, ssl: false });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The last done is undone first; one that fails does not keep the others from it. */
const undoAll = (steps: Step[]): Promise<void> =>
  steps.reduceRight<Promise<unknown>>((done, step) => done.finally(step), Promise.resolve()).then(() => undefined);
