import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { spawn as spawnTerminal } from "@lydell/node-pty";
import { until } from "@ringfence/testkit";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

const running = new Set<{ kill(signal: NodeJS.Signals): unknown }>();
/** Ends every command that a failed test left running. */
export function endAll(): void {
  for (const one of running) one.kill("SIGKILL");
  running.clear();
}

/** An environment without the shell's variables, and a home without settings. */
const environmentWith = (given: Record<string, string>): Record<string, string> => ({ HOME: "/nowhere", ...given });

/** Starts the built command with pipes; returns its output and its end. */
export function startCli(environment: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: environmentWith(environment) });
  running.add(child);
  child.once("close", () => running.delete(child));
  const printed = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => (printed.out += data));
  child.stderr.on("data", (data: Buffer) => (printed.err += data));
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => ({
    code: code ?? signal,
    ...printed,
  }));
  return { child, printed, ended };
}

/** Runs the built command to its end, with this text on its stdin. */
export async function runCli(environment: Record<string, string>, args: string[], input: string | Uint8Array = "") {
  const { child, ended } = startCli(environment, ...args);
  child.stdin.end(input);
  return await ended;
}

/** The built command in a terminal of its own. */
export function startInTerminal(environment: Record<string, string>, ...args: string[]) {
  const terminal = spawnTerminal(process.execPath, [MAIN, ...args], {
    cols: 100,
    rows: 30,
    env: environmentWith({ TERM: "xterm-256color", LANG: "en_US.UTF-8", ...environment }),
  });
  const terminated = { kill: (signal: NodeJS.Signals) => terminal.kill(signal) };
  running.add(terminated);
  let shown = "";
  let code: number | null = null;
  terminal.onData((data) => (shown += data));
  terminal.onExit(({ exitCode }) => {
    code = exitCode;
    running.delete(terminated);
  });
  return {
    /** The raw output so far. */
    raw: () => shown,
    write: (keys: string) => terminal.write(keys),
    /** Waits until this text was shown. */
    shows: (what: string | RegExp) => until(`the terminal shows ${what}`, () => new RegExp(what).test(shown)),
    ended: async () => {
      await until("the command in the terminal ends", () => code !== null);
      return { code, shown };
    },
  };
}
