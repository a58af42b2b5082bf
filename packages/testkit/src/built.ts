import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const APPS = fileURLToPath(new URL("../../../apps", import.meta.url));

/** A process with what it has printed so far. `exit` resolves when it has ended. */
export interface BuiltProcess {
  child: ChildProcess;
  printed: { out: string; err: string };
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts one built process with this environment alone, as `npm run start:...` does. Its end is the caller's task. */
export function startBuilt(app: "api" | "worker", environment: Record<string, string>): BuiltProcess {
  const child = spawn(process.execPath, [`${APPS}/${app}/dist/main.js`], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => (printed.out += data));
  child.stderr.on("data", (data: Buffer) => (printed.err += data));
  return { child, printed, exit: once(child, "exit").then(([code, signal]) => ({ code, signal })) };
}
