import { randomBytes } from "node:crypto";
import { chown, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { supervise } from "../processes/supervised.ts";
import type { DataFolder } from "./data-folder.ts";

/** The one role of every cluster made here. */
export const SUPERUSER = "ringfence";

const UNFINISHED = "cluster.new-";

export type ClusterOptions = { throwAway: boolean; log: ((line: string) => void) | undefined };

/**
 * Makes the cluster unless the folder holds one already, and returns the password of its superuser. A start killed in
 * the middle leaves nothing that a later one would take for a cluster: it gets its name only when it is whole.
 */
export async function openCluster(binaries: string, folder: DataFolder, options: ClusterOptions): Promise<string> {
  const entries = await readdir(folder.path);
  if (entries.includes("cluster")) return readPassword(folder);
  for (const entry of entries.filter((name) => name.startsWith(UNFINISHED))) {
    await rm(join(folder.path, entry), { recursive: true, force: true });
  }
  refuseNamelessUser();
  const password = await makePassword(folder);
  const unfinished = join(folder.path, `${UNFINISHED}${randomBytes(4).toString("hex")}`);
  await initialise(binaries, folder, unfinished, options);
  await rename(unfinished, folder.cluster);
  return password;
}

async function initialise(
  binaries: string,
  folder: DataFolder,
  cluster: string,
  { throwAway, log }: ClusterOptions,
): Promise<void> {
  const args = [`--pgdata=${cluster}`, `--username=${SUPERUSER}`, `--pwfile=${folder.password}`];
  args.push("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions");
  if (throwAway) args.push("--no-sync");
  const initdb = supervise(join(binaries, "bin", "initdb"), args, { user: folder.user, log });
  const end = await initdb.ended;
  if (end !== "exit code 0") throw new Error(`initdb ended with ${end}. Its last words:\n${initdb.lastLines()}`);
}

/** initdb looks up the name of the user it runs as, and a container's made-up uid has none. */
function refuseNamelessUser(): void {
  try {
    userInfo();
  } catch (cause) {
    const uid = process.getuid?.();
    throw new Error(`It cannot be set up by uid ${uid}, which has no entry in the system's list of users.`, { cause });
  }
}

async function makePassword({ password: path, user }: DataFolder): Promise<string> {
  const password = randomBytes(24).toString("base64url");
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  await file.writeFile(password);
  await file.sync(); // the cluster is synced too, and worth nothing without
  await file.close();
  if (user) await chown(path, user.uid, user.gid);
  return password;
}

async function readPassword({ password: path }: DataFolder): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    throw new Error(`The password of its data cannot be read from ${path}: put it back, or remove the data.`, {
      cause,
    });
  }
}
