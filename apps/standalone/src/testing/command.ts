import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 50;

/** A built command as a person would run it, with its output so far. */
export interface Command {
  text(): string;
  /** Waits until the pattern matches its output; throws, with the output, if it ends before. */
  until(pattern: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; afterMs: number }>;
}

const running: ChildProcess[] = [];

/** Runs a script with this environment alone. `afterMs` of its end counts from the first signal. */
export function runCommand(script: string, given: string[], environment: Record<string, string>): Command {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [script, ...given], {
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let text = "";
  let over = false;
  let signalled = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  const ended = new Promise<Awaited<Command["ended"]>>((resolve) => {
    child.once("close", (code, signal) => {
      over = true;
      resolve({ code, signal, afterMs: performance.now() - signalled });
    });
  });
  return {
    text: () => text,
    until: async (pattern) => {
      for (;;) {
        const found = pattern.exec(text);
        if (found) return found[1] ?? found[0];
        if (over) throw new Error(`It ended without ${pattern}:\n${text}`);
        await delay(LOOK_EVERY_MS);
      }
    },
    signal: (name) => {
      signalled ||= performance.now();
      child.kill(name);
    },
    ended,
  };
}

/** To be called after each test; ends the commands that it left running. */
export function killCommands(): void {
  for (const child of running.splice(0)) child.kill("SIGKILL");
}

/** Resolves once nothing listens at the address any more. The test's own time limit is the limit. */
export async function untilRefused(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(1_000) });
    } catch (error) {
      if ((error as { cause?: { code?: string } }).cause?.code === "ECONNREFUSED") return;
    }
    await delay(LOOK_EVERY_MS);
  }
}
