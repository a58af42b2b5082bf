import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { DataFolder } from "./data-folder.ts";
import { spawnAs } from "./server-user.ts";

/**
 * Waits at the other end of a pipe. A line: the folder is gone, go too. The end without one: we are dead, so remove it
 * when the server has ended, which its own watcher sees to. Two forks make it a child of init: what kills our process
 * tree misses it.
 */
const SCRIPT = `
( (
  read -r _ <&3 && exit 0
  tries=0
  while pid=$(head -n 1 "$1/cluster/postmaster.pid") && kill -0 "$pid" && [ $tries -lt 150 ]; do
    tries=$((tries + 1))
    sleep 0.1 || sleep 1
  done
  until rm -rf -- "$1" || [ $tries -ge 200 ]; do # initdb may still be writing
    tries=$((tries + 1))
    sleep 0.1 || sleep 1
  done
) & )
`;

/** Sees to it that a throw-away folder goes even if this process is killed. Returns how to end that. */
export function guardScrap({ path, user }: DataFolder): () => void {
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "sh", path], {
    ...spawnAs(user),
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  shell.on("error", () => {}); // no guard; whatever is wrong stops the server's start as well
  const pipe = shell.stdio[3] as Socket;
  pipe.on("error", () => {}); // it may be gone before us
  pipe.unref();
  return () => pipe.end("\n");
}
