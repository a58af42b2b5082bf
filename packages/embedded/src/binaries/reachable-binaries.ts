import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { makeOpenFolder } from "../postgres/open-folders.ts";
import { type ServerUser, spawnAs } from "../postgres/server-user.ts";
import type { Binaries } from "./platform-binaries.ts";

const run = promisify(execFile);

/**
 * A folder of PostgreSQL binaries that `user` can run: the installed one if it can, else a copy in `elsewhere` (60 MB,
 * made once for each build and used by every clone). Several starts at once are safe: a copy appears whole or not at all.
 */
export async function reachableBinaries(
  { folder, name }: Binaries,
  user: ServerUser | undefined,
  elsewhere = "/var/lib",
): Promise<string> {
  if (!user || canRun(user, folder)) return folder;
  const copy = join(elsewhere, `ringfence-postgres-${name}`);
  if (!existsSync(copy)) await copyWhole(folder, copy);
  if (canRun(user, copy)) return copy;
  throw new Error(`It does not run as root, and uid ${user.uid} can run neither ${folder} nor its copy ${copy}.`);
}

/** Loads every library, and looks at one file of `share`: a strict umask at install time closes files, not only folders. */
function canRun(user: ServerUser, folder: string): boolean {
  const script = 'test -r "$1/share/postgresql/postgres.bki" && exec "$1/bin/postgres" --version';
  return spawnSync("/bin/sh", ["-c", script, "sh", folder], { ...spawnAs(user), stdio: "ignore" }).status === 0;
}

async function copyWhole(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}-${Date.now()}`;
  try {
    await makeOpenFolder(dirname(to));
    await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
    await run("chmod", ["-R", "u+rwX,go+rX", unfinished]);
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(to)) throw error; // else another start was first
  }
}
