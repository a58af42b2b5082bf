import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Supervised } from "./supervised.ts";

/** Recovery after a crash replays everything since the last checkpoint: seconds, not minutes, at our sizes. */
const READY_TIMEOUT_MS = 120_000;
const LOOK_AGAIN_MS = 10;

/**
 * Resolves when the server takes connections: with what went wrong, or with nothing. The lock file says "ready", in its
 * eighth line, for programs to read. One from before a crash may show the same pid, in a container, not the same port.
 */
export async function untilReady(
  server: Pick<Supervised, "pid" | "isRunning" | "ended">,
  cluster: string,
  port: number,
): Promise<string | undefined> {
  for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await delay(LOOK_AGAIN_MS)) {
    if (!server.isRunning()) return server.ended;
    const lines = (await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
    const isOurs = Number(lines[0]) === server.pid && Number(lines[3]) === port;
    if (isOurs && lines[7]?.trim() === "ready") return undefined;
  }
  return `no readiness after ${READY_TIMEOUT_MS / 1000} s`;
}
