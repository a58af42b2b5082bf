import { execFileSync, spawnSync } from "node:child_process";

/** Whom a server process runs as; undefined = the user of this process. */
export type ServerUser = { uid: number; gid: number };

/** Whether this process is root, which may start a server as another user. */
export const isRoot = () => process.getuid?.() === 0;

/** PostgreSQL refuses to run as root; then it is `nobody` who runs it. Throws where that user is missing. */
export function nobody(): ServerUser {
  const ask = (what: string) => Number(execFileSync("id", [what, "nobody"], { encoding: "utf8", stdio: "pipe" })) >>> 0;
  try {
    return { uid: ask("-u"), gid: ask("-g") };
  } catch (cause) {
    throw new Error('It does not run as root, and there is no user "nobody" to run it: start as an ordinary user.', {
      cause,
    });
  }
}

/**
 * How a server process is spawned: as its user, in no folder that somebody may want to remove, and with little
 * environment: nothing of PG* or LD_*; LC_ALL=C, as another locale may not be installed; TZ, or initdb tries them all.
 */
export const spawnAs = (user: ServerUser | undefined) => ({
  cwd: "/",
  env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
  ...(user ? { uid: user.uid | 0, gid: user.gid | 0 } : {}), // signed: nobody is -2 on macOS
});

/** Whether `user` can enter the folder, asked of the system itself: mode bits alone would miss access lists. */
export const canEnter = (user: ServerUser, folder: string) =>
  spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", folder], { ...spawnAs(user), stdio: "ignore" }).status === 0;
