import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import Retell from "retell-sdk";
import { until } from "./testing/until.ts";

const HERE = resolve(import.meta.dirname, "..");
let folder: string;
const running: { child: ChildProcess; out: () => string; err: () => string }[] = [];

/** Builds as `npm run build` does, but not over the real dist. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ringfence-simulator-"));
  const { scripts } = JSON.parse(await readFile(join(HERE, "package.json"), "utf8"));
  const build = String(scripts.build).replace("--outdir=dist", `--outdir=${folder}`);
  const PATH = `${resolve(HERE, "../../node_modules/.bin")}:${process.env.PATH}`;
  await promisify(execFile)("sh", ["-c", build], { cwd: HERE, env: { ...process.env, PATH } });
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rm(folder, { recursive: true }));

function start(env: Record<string, string>, ipc = false) {
  const child = spawn(process.execPath, [join(folder, "main.js")], {
    env: { SIMULATOR_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])],
  });
  const texts = { out: "", err: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    texts.out += chunk;
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    texts.err += chunk;
  });
  const ended = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  const simulator = { child, ended, out: () => texts.out, err: () => texts.err };
  running.push(simulator);
  return simulator;
}

async function urlOf({ out, err }: { out: () => string; err: () => string }): Promise<string> {
  await until("it listens", () => {
    if (err() !== "") throw new Error(err());
    return out().includes("\n");
  });
  const line = JSON.parse(out());
  expect(line).toEqual({ msg: "simulator listening", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  return line.url;
}

test.each([
  ["SIGTERM", "SIGINT"],
  ["SIGINT", "SIGTERM"],
] as const)("serves by its environment; %s, and %s right behind it, end it with 0", async (first, second) => {
  const outcomes = JSON.stringify({ default: { reason: "user_hangup", ringMs: null } });
  const simulator = start({ SIMULATOR_API_KEY: "key_9", SIMULATOR_OUTCOMES: outcomes, SIMULATOR_ADMIN: "false" });
  const baseURL = await urlOf(simulator);
  const retell = new Retell({ apiKey: "key_9", baseURL, maxRetries: 0 });
  await retell.call.createPhoneCall({ from_number: "+14157774444", to_number: "+12137774445" });
  expect(await retell.concurrency.retrieve()).toMatchObject({ current_concurrency: 1 });
  expect((await fetch(`${baseURL}/__sim/state`)).status).toBe(404);
  simulator.child.kill(first);
  simulator.child.kill(second);
  expect(await simulator.ended).toEqual({ code: 0, signal: null });
  expect(simulator.out() + simulator.err()).not.toMatch(/\+1\d+/);
});

test("ends when the parent it has a channel to is gone", async () => {
  const simulator = start({}, true);
  await urlOf(simulator);
  simulator.child.disconnect();
  expect(await simulator.ended).toEqual({ code: 0, signal: null });
});

test("bad settings end it at once with 1 and one message", async () => {
  const simulator = start({ SIMULATOR_PORT: "x", SIMULATOR_TIME_SCALE: "y" });
  expect(await simulator.ended).toEqual({ code: 1, signal: null });
  await until("it says why", () => /SIMULATOR_PORT: .*\nSIMULATOR_TIME_SCALE: /.test(simulator.err()));
  expect(simulator.out()).toBe("");
});

test("a port that is taken ends it with 1", async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as AddressInfo;
  const simulator = start({ SIMULATOR_PORT: String(port) });
  expect(await simulator.ended).toEqual({ code: 1, signal: null });
  await until("it says why", () => simulator.err().includes("EADDRINUSE"));
  other.close();
});
