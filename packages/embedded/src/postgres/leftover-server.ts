import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandOf, startOf } from "../processes/process-identity.ts";
import { endPostgres } from "./end-postgres.ts";

/**
 * Ends a server that outlived its starter on this cluster (its watcher was killed too, or is at it now). Only the
 * owner of the data may call it.
 *
 * PostgreSQL takes any live process under the pid in postmaster.pid for a rival and refuses to start; after a crash
 * in a container, where pids are few, that is likely somebody else, so such a file goes.
 */
export async function endLeftoverServer(cluster: string): Promise<void> {
  const lockFile = join(cluster, "postmaster.pid");
  const pid = Number((await readFile(lockFile, "utf8").catch(() => "")).split("\n")[0]);
  if (!(pid > 0)) return;
  if (commandOf(pid).includes(`-D ${cluster} `)) await endPostgres(pid, () => startOf(pid) !== undefined);
  else if (startOf(pid) !== undefined) await rm(lockFile, { force: true });
}
