import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { platformBinaries } from "../binaries/platform-binaries.ts";
import { reachableBinaries } from "../binaries/reachable-binaries.ts";
import { dataHome } from "../data-home.ts";
import { AlreadyRunning } from "../processes/ownership.ts";
import { runServer } from "../processes/run-server.ts";
import { type Clone, makeClone, type Program, untilRefused } from "../testing/clone-for-tests.ts";
import { query } from "../testing/query-for-tests.ts";
import { openKeptFolder } from "./data-folder.ts";
import { spawnAs } from "./server-user.ts";
import { type EmbeddedPostgres, startPostgres } from "./start-postgres.ts";

const START = (dataDir: string) => `
  import { startPostgres } from "../index.ts";
  const { url } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} });
  console.log(JSON.stringify({ url }));
`;

describe("PostgreSQL with kept data", () => {
  let clone: Clone;
  let dataDir: string;
  let open: EmbeddedPostgres[] = [];

  beforeAll(async () => {
    clone = makeClone();
    dataDir = join(dataHome(clone.dir), "postgres");
    const first = await start();
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await close();
  });
  afterEach(() => close());
  afterAll(() => clone.remove());

  const start = async () => {
    const postgres = await startPostgres({ dataDir });
    open.push(postgres);
    return postgres;
  };
  const close = async () => {
    await Promise.all(open.map((postgres) => postgres.close()));
    open = [];
  };
  const startElsewhere = async (): Promise<[Program, { url: string }]> => {
    const program = await clone.run(START(dataDir));
    return [program, await program.next<{ url: string }>()];
  };
  const ask = ({ url }: { url: string }) => query(url, "SELECT answer FROM kept");

  it("finds its data again after a restart, and is durable", async () => {
    const postgres = await start();
    expect(await ask(postgres)).toEqual([{ answer: 42 }]);
    expect(await query(postgres.url, "SHOW fsync")).toEqual([{ fsync: "on" }]);
    expect(postgres.dataDir).toBe(dataDir);
  });

  it("closes folder and password to everyone else, and gives up its claim", () => {
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, "password")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir).sort()).toEqual(["cluster", "password"]);
  });

  it("refuses a second start in this process", async () => {
    const postgres = await start();
    await expect(startPostgres({ dataDir })).rejects.toThrow(AlreadyRunning);
    expect(await ask(postgres)).toEqual([{ answer: 42 }]);
  });

  it("gives up its claim when it does not start", async () => {
    await expect(startPostgres({ dataDir, settings: { shared_buffers: "much" } })).rejects.toThrow("shared_buffers");
    expect(await ask(await start())).toEqual([{ answer: 42 }]);
  });

  it("names the process that has the data", async () => {
    const [program, started] = await startElsewhere();
    await expect(startPostgres({ dataDir })).rejects.toThrow(`PID ${program.pid}, stop it first`);
    expect(await ask(started)).toEqual([{ answer: 42 }]);
    await program.kill("SIGKILL");
  });

  it("starts anew right after its owner was killed", async () => {
    const [program] = await startElsewhere();
    await program.kill("SIGKILL");
    expect(await ask(await start())).toEqual([{ answer: 42 }]);
  });

  it("ends a server that lives on without owner and watcher", async () => {
    const folder = await openKeptFolder(dataDir);
    const binaries = await reachableBinaries(platformBinaries(), folder.user);
    const leftover = await runServer(binaries, folder, { settings: {}, log: undefined });
    expect(await ask(await start())).toEqual([{ answer: 42 }]);
    await untilRefused(`postgres://127.0.0.1:${leftover.port}`);
  });

  it("recovers from a crash of the machine: lock file and claim name processes that are somebody else's now", async () => {
    const somebody = spawn("sleep", ["60"], spawnAs((await openKeptFolder(dataDir)).user));
    await once(somebody, "spawn");
    const lockFile = join(dataDir, "cluster", "postmaster.pid");
    writeFileSync(lockFile, `${somebody.pid}\n${join(dataDir, "cluster")}\n1\n1\n\n127.0.0.1\n\nready   \n`);
    writeFileSync(join(dataDir, `owner-${somebody.pid}-1-0`), "");
    const postgres = await start();
    expect(await ask(postgres)).toEqual([{ answer: 42 }]);
    expect(somebody.exitCode ?? somebody.signalCode).toBeNull();
    somebody.kill();
  });

  it("begins again where a first start was killed half-way", async () => {
    const half = join(dataHome(clone.dir), "half");
    mkdirSync(join(half, "cluster.new-1"), { recursive: true });
    writeFileSync(join(half, "cluster.new-1", "PG_VERSION"), "18\n");
    writeFileSync(join(half, "password"), "old");
    const postgres = await startPostgres({ dataDir: half });
    open.push(postgres);
    expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(readFileSync(join(half, "password"), "utf8")).toBe(new URL(postgres.url).password);
    expect(readdirSync(half)).not.toContain("cluster.new-1");
  });
});
