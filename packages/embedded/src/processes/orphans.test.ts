import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { accepts, type Clone, makeClone, untilRefused } from "../testing/clone-for-tests.ts";
import { query } from "../testing/query-for-tests.ts";

type Urls = { postgres: string; valkey: string };

const START_BOTH = `
  import { startPostgres, startValkey } from "../index.ts";
  const [postgres, valkey] = await Promise.all([startPostgres(), startValkey()]);
  process.on("SIGINT", () => console.log("{}"));
  process.on("SIGTERM", async () => {
    await Promise.all([postgres.close(), valkey.close()]);
    process.exit(0);
  });
  process.on("SIGQUIT", () => process.exit(0)); // without a word to the servers
  console.log(JSON.stringify({ postgres: postgres.url, valkey: valkey.url }));
`;

const START_AND_TELL = `
  import { startPostgres } from "../index.ts";
  await startPostgres({ log: (line) => console.log(JSON.stringify(line)) });
`;

/** Resolves when the process is gone and its parent knows. */
const untilReaped = async (pid: number) => {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(20);
  }
};

/** The processes of this group: those that a terminal's Ctrl-C reaches. */
const groupOf = (group: number): number[] =>
  execFileSync("ps", ["-A", "-o", "pid=,pgid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, pgid]) => pgid === group)
    .map(([pid]) => pid!);

describe("servers of a process that ends", () => {
  let clone: Clone;
  let temporary: string;

  beforeEach(() => {
    clone = makeClone();
    temporary = join(clone.dir, "tmp");
    mkdirSync(temporary);
    chmodSync(temporary, 0o777);
  });
  afterEach(() => clone.remove());

  const untilSweptUp = async () => {
    while (readdirSync(temporary).length > 0) await delay(50);
  };
  const startBoth = async () => {
    const program = await clone.run(START_BOTH, { env: { TMPDIR: temporary } });
    return { program, urls: await program.next<Urls>() };
  };
  const untilGone = ({ postgres, valkey }: Urls) =>
    Promise.all([untilRefused(postgres), untilRefused(valkey), untilSweptUp()]);

  it.each(["SIGKILL", "SIGQUIT"] as const)("end with it, and throw-away data go, on %s", async (signal) => {
    const { program, urls } = await startBoth();
    expect(readdirSync(temporary)).toHaveLength(1);
    await program.kill(signal);
    await untilGone(urls);
  });

  it("leave nothing behind when they are killed before it", async () => {
    const { program, urls } = await startBoth();
    const [folder] = readdirSync(temporary);
    const lockFile = readFileSync(join(temporary, folder!, "cluster", "postmaster.pid"), "utf8");
    const server = Number(lockFile.split("\n")[0]);
    process.kill(server, "SIGKILL");
    await untilReaped(server); // whoever started it has heard of that
    await program.kill("SIGKILL");
    await untilGone(urls);
  });

  it("end with it in the middle of initdb", async () => {
    const program = await clone.run(START_AND_TELL, { env: { TMPDIR: temporary } });
    expect(await program.next()).toMatch(/files belonging to this database system/); // initdb's first words
    expect(readdirSync(temporary)).toHaveLength(1);
    await program.kill("SIGKILL");
    await untilSweptUp();
  });

  it("do not hear a Ctrl-C in the terminal, but end when the process orders it", async () => {
    const { program, urls } = await startBoth();
    expect(groupOf(program.pid)).toEqual([program.pid]);
    program.killGroup("SIGINT");
    await program.next(); // it has arrived
    expect(await query(urls.postgres, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await accepts(urls.valkey)).toBe(true);
    await program.kill("SIGTERM");
    await untilGone(urls);
  });
});
