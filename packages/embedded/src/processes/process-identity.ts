import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When the process began, as text to compare: with the pid it names one process for good, since pids are used again.
 * undefined = there is no such process, or it has ended and only waits to be reaped.
 */
export function startOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    const stat = readFile(`/proc/${pid}/stat`);
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold anything
    return state === "" || state === "Z" ? undefined : rest[18];
  }
  const [state, ...began] = ps(pid, "-o", "stat=", "-o", "lstart=").split(/\s+/);
  return !state || state.startsWith("Z") ? undefined : began.join("_");
}

/** The command line of a process, its words separated by spaces; empty if it is gone. */
export const commandOf = (pid: number): string =>
  process.platform === "linux"
    ? readFile(`/proc/${pid}/cmdline`).replaceAll("\0", " ")
    : ps(pid, "-ww", "-o", "command=");

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function ps(pid: number, ...columns: string[]): string {
  try {
    const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
    return execFileSync("ps", [...columns, "-p", String(pid)], { encoding: "utf8", env, stdio: "pipe" }).trim();
  } catch {
    return "";
  }
}
