import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@ringfence/testkit";
import { type BuiltProcess, runProcess, startProcess } from "./built-process.ts";

const WITH_PARENT = 'process.on("disconnect", () => process.exit(0));';
const READY = 'console.log("a warning"); console.log(JSON.stringify({ msg: "ready", url: "here", pid: process.pid }));';
const forever = new AbortController().signal;

let folder: string;
let started: BuiltProcess[];
let count = 0;
beforeEach(async () => {
  started = [];
  folder = await mkdtemp(join(tmpdir(), "built-process-"));
});
afterEach(async () => {
  for (const process of started) await process.close();
  await rm(folder, { recursive: true });
});

async function plan(program: string, environment: Record<string, string> = {}) {
  const script = join(folder, `${++count}.mjs`);
  await writeFile(script, program);
  return { name: "thing", script, environment, logFile: join(folder, `${count}.log`) };
}

async function start(program: string, options: Partial<Parameters<typeof startProcess>[1]> = {}, signal = forever) {
  const how = { readyWhen: "ready", graceMs: 5_000, onLost: () => undefined, ...options };
  const thing = await startProcess(await plan(program), how, signal);
  started.push(thing);
  return thing;
}

const isAlive = (pid: unknown) => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

test("a start waits for the line that says ready, and returns it", async () => {
  const program = `${WITH_PARENT} process.on("SIGUSR2", () => { ${READY} }); console.log(process.pid); setInterval(() => undefined, 1000);`;
  let isStarted = false;
  const starting = start(program).finally(() => (isStarted = true));
  const pid = await until("the process runs", () =>
    readFile(join(folder, `${count}.log`), "utf8").then(Number, () => 0),
  );
  expect(isStarted).toBe(false);
  process.kill(pid, "SIGUSR2");
  expect((await starting).ready).toMatchObject({ msg: "ready", url: "here" });
});

test("a close ends the process with SIGTERM, and does not count as a loss", async () => {
  const lost: Error[] = [];
  const program = `${WITH_PARENT} process.on("SIGTERM", () => process.exit(0)); ${READY}`;
  const thing = await start(program, { onLost: (fault) => lost.push(fault) });
  await thing.close();
  await thing.close();
  expect(isAlive(thing.ready.pid)).toBe(false);
  expect(lost).toEqual([]);
});

test("a close kills the process after its grace time", async () => {
  const thing = await start(`${WITH_PARENT} process.on("SIGTERM", () => undefined); ${READY}`, { graceMs: 20 });
  await thing.close();
  expect(isAlive(thing.ready.pid)).toBe(false);
});

test("a process that ends by itself is a loss, reported with its last words", async () => {
  const program = `${READY} process.on("SIGUSR2", () => { console.error("out of order"); process.exit(7); }); setInterval(() => undefined, 1000);`;
  const { message } = await new Promise<Error>((onLost, reject) => {
    start(program, { onLost }).then(({ ready }) => process.kill(Number(ready.pid), "SIGUSR2"), reject);
  });
  expect(message).toMatch(/^The thing ended unexpectedly \(exit code 7\)[\s\S]*out of order$/);
});

test("a process that ends before it is ready fails to start, with its last words", async () => {
  const refused = start(`console.error("no such thing"); process.exit(1)`);
  await expect(refused).rejects.toThrow(/The thing did not start \(exit code 1\)[\s\S]*no such thing/);
});

test("a process whose start is aborted is ended, not left behind", async () => {
  const stopping = new AbortController();
  const file = join(folder, "pid");
  const program = `${WITH_PARENT} import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => undefined, 1000);`;
  const refused = expect(start(program, {}, stopping.signal)).rejects.toThrow(/abort/i);
  const pid = await until("the process runs", () => readFile(file, "utf8").catch(() => ""));
  expect(isAlive(pid)).toBe(true);
  stopping.abort();
  await refused;
  expect(isAlive(pid)).toBe(false);
});

test("a process gets the given environment and nothing else", async () => {
  const thing = await plan(`console.log(JSON.stringify(process.env)); process.disconnect?.()`, { ONLY: "this" });
  await runProcess(thing, forever);
  const {
    NODE_CHANNEL_FD: _,
    NODE_CHANNEL_SERIALIZATION_MODE: __,
    ...rest
  } = JSON.parse(await readFile(thing.logFile, "utf8"));
  expect(rest).toEqual({ ONLY: "this" });
});

test("a process that runs to its end succeeds with 0, and fails otherwise with its last words", async () => {
  await runProcess(await plan(`console.log("done")`), forever);
  const failing = runProcess(await plan(`console.error("Correct these settings"); process.exit(1)`), forever);
  await expect(failing).rejects.toThrow(/^The thing failed \(exit code 1\)[\s\S]*Correct these settings$/);
});

test("a Ctrl-C in the terminal does not reach the process, because it leads a process group of its own", async () => {
  const { ready } = await start(`${WITH_PARENT} ${READY}`);
  expect(process.kill(-Number(ready.pid), 0)).toBe(true);
});
