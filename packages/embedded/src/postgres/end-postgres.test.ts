import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endPostgres } from "./end-postgres.ts";

const QUICKLY = (["SIGINT", "SIGQUIT", "SIGKILL"] as const).map((signal) => ({ signal, patienceMs: 300 }));

describe("endPostgres", () => {
  /** A process that ignores the signals named. */
  const stubborn = async (ignored: string) => {
    const child = spawn("/bin/sh", ["-c", `trap '' ${ignored}; echo up; while :; do sleep 0.05; done`]);
    await once(child.stdout, "data");
    return child;
  };
  const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

  it.each([
    ["SIGINT", "TERM"],
    ["SIGQUIT", "INT"],
    ["SIGKILL", "INT QUIT"],
  ])("needs %s where %s is ignored", async (needed, ignored) => {
    const child = await stubborn(ignored);
    await endPostgres(child.pid!, () => isRunning(child), QUICKLY);
    expect(child.signalCode).toBe(needed);
  });

  it("takes a process that is gone before the signal as ended", async () => {
    const child = await stubborn("TERM");
    child.kill("SIGKILL");
    await once(child, "exit");
    let looks = 0;
    await endPostgres(child.pid!, () => ++looks === 1, QUICKLY);
    expect(looks).toBeGreaterThan(1);
  });
});
