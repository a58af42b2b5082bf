import { constants } from "node:fs";
import { access, chmod, chown, mkdtemp, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeOpenFolder } from "./open-folders.ts";
import { canEnter, isRoot, nobody, type ServerUser } from "./server-user.ts";

/** Where one server's files lie: its cluster, and beside it the password (and, for kept data, who owns it now). */
export type DataFolder = { path: string; cluster: string; password: string; user: ServerUser | undefined };

const CLOSED = 0o700;

const layOut = (path: string, user: ServerUser | undefined): DataFolder => ({
  path,
  cluster: join(path, "cluster"),
  password: join(path, "password"),
  user,
});

/** A new folder for data nobody will miss, in a temporary folder that the server's user can enter. */
export async function makeThrowAwayFolder(): Promise<DataFolder> {
  const user = isRoot() ? nobody() : undefined;
  const home = [tmpdir(), "/tmp", "/var/tmp", "/var/lib"].find((path) => !user || canEnter(user, path));
  if (!home) throw new Error(`It does not run as root, and uid ${user?.uid} can enter no temporary folder.`);
  const path = await realpath(await mkdtemp(join(home, "ringfence-")));
  if (user) await chown(path, user.uid, user.gid);
  return layOut(path, user);
}

/** The folder of data to keep, made if it is missing, closed to everyone but the server's user. */
export async function openKeptFolder(dataDir: string): Promise<DataFolder> {
  await makeOpenFolder(dataDir);
  const path = await realpath(dataDir);
  return isRoot() ? keepAsRoot(path) : keepAsOrdinaryUser(path);
}

async function keepAsOrdinaryUser(path: string): Promise<DataFolder> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    await chmod(path, CLOSED);
  } catch (cause) {
    throw new Error(`The data in ${path} belong to another user: start as that user, or remove them.`, { cause });
  }
  return layOut(path, undefined);
}

/** Data that an ordinary user began go on as that user's, so that the user can use them again after root did. */
async function keepAsRoot(path: string): Promise<DataFolder> {
  const owner = await stat(path);
  const user = owner.uid === 0 ? nobody() : { uid: owner.uid, gid: owner.gid };
  await chown(path, user.uid, user.gid);
  await chmod(path, CLOSED);
  if (canEnter(user, path)) return layOut(path, user);
  throw new Error(`It does not run as root, and uid ${user.uid} cannot enter ${path}: keep the data elsewhere.`);
}
