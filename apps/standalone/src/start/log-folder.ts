import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Number of starts whose logs are kept. */
const KEPT_STARTS = 10;

/** Makes a folder for the logs of this start in `home`, named for the time and the process, and deletes the oldest ones. */
export async function makeLogFolder(home: string, { now, pid }: { now: Date; pid: number }): Promise<string> {
  const all = join(home, "logs");
  const mine = join(all, `${now.toISOString().slice(0, 19).replaceAll(":", "-")}-${pid}`);
  await mkdir(mine, { recursive: true });
  await chmod(home, 0o755); // PostgreSQL's user has to traverse it, whatever the umask
  const old = (await readdir(all)).sort().slice(0, -KEPT_STARTS);
  await Promise.all(old.map((name) => rm(join(all, name), { recursive: true, force: true })));
  return mine;
}
