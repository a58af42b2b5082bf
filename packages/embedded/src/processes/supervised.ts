import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { type ServerUser, spawnAs } from "../postgres/server-user.ts";

export type SupervisedOptions = {
  user: ServerUser | undefined;
  log?: ((line: string) => void) | undefined;
};

export type Supervised = {
  pid: number | undefined;
  isRunning(): boolean;
  /** Resolves when the command has ended, with a word on how; never rejects. */
  ended: Promise<string>;
  /** What it wrote last, standard output and errors together. */
  lastLines(): string;
};

const KEPT_LINES = 30;
const LAST_OUTPUT_MS = 200;

/**
 * The shell becomes the command itself ("exec", so the pid is the command's), leaving a watcher behind at the other end
 * of a pipe. A line: the command has ended, go. The end without one: we are dead, by SIGKILL perhaps, so stop the
 * command, as gently as time allows. Two forks make the watcher a child of init: PostgreSQL takes the death of a child
 * it does not know for a crash.
 */
const SCRIPT = `
exec 2>&1
( (
  exec >/dev/null 2>&1
  read -r _ <&3 && exit 0
  for signal in INT QUIT KILL; do
    kill -$signal $$ || break
    tries=0
    while kill -0 $$ && [ $tries -lt 50 ]; do
      tries=$((tries + 1))
      sleep 0.1 || sleep 1
    done
  done
) & )
exec 3<&-
exec "$@"
`;

/** Runs a command that ends when this process does, however this one ends, and that a Ctrl-C in the terminal misses. */
export function supervise(command: string, args: string[], { user, log }: SupervisedOptions): Supervised {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "sh", command, ...args], {
    ...spawnAs(user),
    detached: true, // a session of its own
    stdio: ["ignore", "pipe", "ignore", "pipe"], // the fourth is the watcher's: node closes a child's stdin as it ends
  });
  const watcher = child.stdio[3] as Socket;
  watcher.on("error", () => {}); // it may be gone before us
  const output = createInterface({ input: child.stdout! });
  const lines: string[] = [];
  output.on("line", (line) => {
    log?.(line);
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  });
  const silent = once(output, "close");
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", async (code, signal) => {
      watcher.end("\n");
      await Promise.race([silent, delay(LAST_OUTPUT_MS)]); // a grandchild may hold the output open
      resolve(signal ?? `exit code ${code}`);
    });
  });
  return {
    pid: child.pid,
    isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    ended,
    lastLines: () => lines.join("\n"),
  };
}
