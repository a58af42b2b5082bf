import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { StartError } from "@ringfence/runtime";
import type { Ending } from "./lifetimes.ts";

/** Longest wait for a process to become ready, in ms; long, because a loaded machine is slow. */
const START_TIMEOUT_MS = 60_000;
/** Interval at which its log is read meanwhile, in ms. */
const LOOK_EVERY_MS = 20;
const LAST_LINES = 12;

/** How to run one built process. */
export interface ProcessPlan {
  /** Its name for people. */
  name: string;
  /** The built file. */
  script: string;
  /** All of its environment; nothing is inherited. */
  environment: Record<string, string | undefined>;
  /** The file of its output; must not exist yet. */
  logFile: string;
}

/** A process that runs until it is closed. `ready` is the log line that said so. */
export interface BuiltProcess extends Ending {
  ready: Record<string, unknown>;
}

/**
 * Starts a process and waits until it logs `readyWhen`. It ends itself when this process is gone, whatever the cause. `onLost`
 * is called at its end unless `close` caused it: SIGTERM, and SIGKILL after `graceMs`. Throws `StartError` with its last words.
 */
export async function startProcess(
  plan: ProcessPlan,
  { readyWhen, graceMs, onLost }: { readyWhen: string; graceMs: number; onLost: (fault: Error) => void },
  signal: AbortSignal,
): Promise<BuiltProcess> {
  const child = run(plan);
  try {
    const ready = await untilLogged(plan, readyWhen, child, signal);
    let closing = false;
    void child.ended.then(async (how) => {
      if (!closing) onLost(await lastWords(plan, `ended unexpectedly (${how})`));
    });
    return {
      ready,
      close: async () => {
        closing = true;
        await end(child, graceMs);
      },
    };
  } catch (error) {
    await end(child, 0);
    throw error;
  }
}

/** Runs a process that does its work and ends. Throws `StartError` with its last words unless it ends with 0. */
export async function runProcess(plan: ProcessPlan, signal: AbortSignal): Promise<void> {
  const child = run(plan);
  const stop = () => child.process.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  const how = await child.ended;
  signal.removeEventListener("abort", stop);
  if (how !== "exit code 0") throw await lastWords(plan, `failed (${how})`);
}

interface Child {
  process: ChildProcess;
  /** How it ended; never rejects. */
  ended: Promise<string>;
  isOver(): boolean;
}

function run({ script, environment, logFile }: ProcessPlan): Child {
  const log = openSync(logFile, "wx");
  const child = spawn(process.execPath, [script], {
    env: environment,
    detached: true, // a Ctrl-C in the terminal must reach us alone: we end them in order
    stdio: ["ignore", log, log, "ipc"], // straight into the file, so that nothing is lost or blocked if we die
  });
  closeSync(log);
  let over = false;
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  }).then((how) => {
    over = true;
    return how;
  });
  return { process: child, ended, isOver: () => over };
}

async function untilLogged(plan: ProcessPlan, readyWhen: string, child: Child, signal: AbortSignal) {
  for (const deadline = performance.now() + START_TIMEOUT_MS; ; await delay(LOOK_EVERY_MS)) {
    signal.throwIfAborted();
    const over = child.isOver();
    const line = (await readLines(plan.logFile)).map(parse).find(({ msg }) => msg === readyWhen);
    if (line) return line;
    if (over) throw await lastWords(plan, `did not start (${await child.ended})`);
    if (performance.now() > deadline) throw await lastWords(plan, `was not ready after ${START_TIMEOUT_MS / 1000} s`);
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {}; // a stack trace or a warning of Node
  }
}

async function end({ process, ended }: Child, graceMs: number): Promise<void> {
  if (graceMs > 0) process.kill("SIGTERM");
  const impatience = setTimeout(() => process.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(impatience);
}

async function lastWords({ name, logFile }: ProcessPlan, what: string): Promise<StartError> {
  const lines = await readLines(logFile);
  if (lines.length === 0) return new StartError(`The ${name} ${what} and left nothing in ${logFile}`);
  const last = lines.slice(-LAST_LINES).map((line) => `  ${line}`);
  return new StartError([`The ${name} ${what}. Its last lines in ${logFile}:`, ...last].join("\n"));
}

/** The lines of the log, without a line that is still being written. */
async function readLines(logFile: string): Promise<string[]> {
  const text = await readFile(logFile, "utf8").catch(() => "");
  return text.split("\n").slice(0, -1);
}
