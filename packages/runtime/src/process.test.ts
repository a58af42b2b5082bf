import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * A process that ends in three steps. The first step waits for "go" on stdin; "fail" makes it throw, "later" advances
 * the process's clock by 1.5 s. SPEED is the factor by which its timers run faster.
 */
const HELD = `
  import { writeSync } from "node:fs";
  import { onShutdown } from "./process.ts";
  const speed = Number(process.env.SPEED ?? 1);
  const [real, now] = [globalThis.setTimeout, performance.now.bind(performance)];
  globalThis.setTimeout = (run, ms) => real(run, ms / speed);
  let ahead = 0;
  performance.now = () => now() + ahead;
  const log = { info: (fields, msg) => say(msg ?? fields), warn: (fields, msg) => say(msg ?? fields) };
  const say = (msg) => writeSync(1, JSON.stringify({ msg }) + "\\n");
  const told = () => new Promise((resolve, reject) => {
    process.stdin.on("data", (chunk) => {
      if (String(chunk) === "go") resolve();
      if (String(chunk) === "fail") reject(new Error("a step that fails"));
      if (String(chunk) === "later") { ahead += 1_500; say("a second later"); }
    });
  });
  onShutdown(log, [
    { name: "first", run: () => { say("first"); return told(); } },
    { name: "second", run: () => say("second") },
    { name: "third", run: async () => say("third") },
  ]);
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => say("got " + signal));
  say("ready");
`;

const failing = (error: string) => `
  import { runMain, StartError } from "./process.ts";
  import { parseSettings } from "./settings.ts";
  await runMain(async (environment) => { ${error} });
  process.stdout.write("started");
`;

const source = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "process-"));
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Bundles a program as if its source were in this folder. */
function bundle(name: string, program: string): string {
  const file = path.join(folder, `${name}.mjs`);
  const require = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  execFileSync(
    path.join(source, "../../../node_modules/.bin/esbuild"),
    ["--bundle", "--platform=node", "--format=esm", `--outfile=${file}`, `--banner:js=${require}`, "--log-level=error"],
    { cwd: source, input: program },
  );
  return file;
}

function start(file: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  started.push(child);
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout! });
  lines.on("line", (line) => said.push(JSON.parse(line).msg));
  let stderr = "";
  child.stderr!.on("data", (chunk) => {
    stderr += chunk;
  });
  // Not "close": Node does not emit it after a disconnect.
  const ended = Promise.all([once(child, "exit"), once(lines, "close"), once(child.stderr!, "end")]);
  return {
    child,
    closed: ended.then(([[code]]) => ({ code, said, stderr })),
    tell: (word: string) => child.stdin!.write(word),
    /** Resolves when the process has printed this word. */
    until: async (word: string) => {
      while (!said.includes(word)) await Promise.race([once(lines, "line"), ended.then(() => fail(word, said))]);
    },
  };
}

function fail(word: string, said: string[]): never {
  throw new Error(`it ended without saying ${word}; it said ${said}`);
}

describe("a process asked to end", () => {
  let file: string;
  beforeAll(() => {
    file = bundle("held", HELD);
  });
  const ready = async (environment?: Record<string, string>) => {
    const held = start(file, environment);
    await held.until("ready");
    return held;
  };

  test.each(["SIGTERM", "SIGINT"] as const)("on %s runs its steps in order and exits with 0", async (signal) => {
    const held = await ready();
    held.child.kill(signal);
    await held.until(`got ${signal}`);
    held.tell("go");
    const { code, said } = await held.closed;
    expect(code).toBe(0);
    expect(said.filter((word) => !word.startsWith("got"))).toEqual([
      "ready",
      "ending",
      "first",
      "second",
      "third",
      "ended",
    ]);
  });

  test("treats a second signal within a second as the first", async () => {
    const held = await ready();
    held.child.kill("SIGINT");
    await held.until("got SIGINT");
    held.child.kill("SIGTERM");
    await held.until("got SIGTERM");
    held.tell("go");
    const { code, said } = await held.closed;
    expect(code).toBe(0);
    expect(said.filter((word) => word === "second")).toHaveLength(1);
    expect(said.at(-1)).toBe("ended");
  });

  test("ends immediately with 1 on a second signal after a second", async () => {
    const held = await ready();
    held.child.kill("SIGINT");
    await held.until("got SIGINT");
    held.tell("later");
    await held.until("a second later");
    held.child.kill("SIGINT");
    const { code, said } = await held.closed;
    expect(code).toBe(1);
    expect(said).not.toContain("second");
  });

  test("logs a step that fails, and runs the others", async () => {
    const held = await ready();
    held.child.kill("SIGTERM");
    await held.until("got SIGTERM");
    held.tell("fail");
    const { code, said } = await held.closed;
    expect(code).toBe(0);
    expect(said.slice(-4)).toEqual(["a step of the end failed", "second", "third", "ended"]);
  });

  test("exits with 0 at the deadline although a step hangs", async () => {
    const held = await ready({ SPEED: "100" });
    held.child.kill("SIGTERM");
    const { code, said } = await held.closed;
    expect(code).toBe(0);
    expect(said.at(-1)).toMatch(/^ended before every step was done/);
    expect(said).not.toContain("second");
  });

  test("ends the same way when its parent process is gone", async () => {
    const held = await ready();
    held.child.disconnect();
    await held.until("first");
    held.tell("go");
    expect(await held.closed).toMatchObject({
      code: 0,
      said: ["ready", "ending", "first", "second", "third", "ended"],
    });
  });
});

test.each<[string, string, RegExp]>([
  [
    "a bad setting",
    'parseSettings("migrate", {})',
    /^Correct these settings and start again:\n {2}DATABASE_URL is missing[^\n]*\n$/,
  ],
  ["a start that cannot go on", 'throw new StartError("Run npm run migrate first")', /^Run npm run migrate first\n$/],
  ["a bug", 'throw new TypeError("of ours")', /^TypeError: of ours\n {4}at /],
  ["a thing thrown that is no error", 'throw "text"', /^text\n$/],
])("%s is reported by one message on stderr and exit code 1", async (name, error, stderr) => {
  const { closed } = start(bundle(name.replaceAll(" ", "-"), failing(error)));
  expect(await closed).toEqual({ code: 1, said: [], stderr: expect.stringMatching(stderr) });
});
