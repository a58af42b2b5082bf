import { join } from "node:path";
import type { DataFolder } from "../postgres/data-folder.ts";
import { endPostgres } from "../postgres/end-postgres.ts";
import { findFreePort, isFree } from "./free-port.ts";
import { type Supervised, supervise } from "./supervised.ts";
import { untilReady } from "./until-ready.ts";

export type RunOptions = {
  settings: Record<string, string>;
  log: ((line: string) => void) | undefined;
};

export type RunningServer = { port: number; stop(): Promise<void> };

const PORT_TRIES = 5;

/** Starts postgres on a free port of 127.0.0.1 and waits until it takes connections. Rejects with its last words. */
export async function runServer(
  binaries: string,
  folder: DataFolder,
  options: RunOptions,
  findPort = findFreePort,
): Promise<RunningServer> {
  for (let tries = 1; ; tries += 1) {
    const port = await findPort();
    const server = supervise(join(binaries, "bin", "postgres"), serverArguments(folder, port, options.settings), {
      user: folder.user,
      ...options,
    });
    const fault = await untilReady(server, folder.cluster, port);
    if (fault === undefined) return { port, stop: () => stop(server) };
    await stop(server);
    if (tries < PORT_TRIES && !(await isFree(port))) continue; // another process took it in between
    throw new Error(`postgres ended with ${fault}. Its last words:\n${server.lastLines()}`);
  }
}

function serverArguments(folder: DataFolder, port: number, settings: Record<string, string>): string[] {
  const all = { listen_addresses: "127.0.0.1", port: String(port), unix_socket_directories: "", ...settings };
  return ["-D", folder.cluster, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

async function stop(server: Supervised): Promise<void> {
  if (server.pid === undefined) return;
  await endPostgres(server.pid, server.isRunning);
  await server.ended;
}
