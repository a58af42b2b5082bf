import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { canEnter, isRoot, nobody } from "./postgres/server-user.ts";

/**
 * The folder where a clone keeps its data: `.ringfence` in the clone; for root, if the clone is closed to the user who
 * runs the server (say, under /root), a folder named after the clone in `elsewhere`. Creates nothing.
 */
export function dataHome(cloneDir: string, elsewhere = "/var/lib"): string {
  const clone = realpathSync(cloneDir);
  if (!isRoot() || canEnter(nobody(), clone)) return join(clone, ".ringfence");
  return join(elsewhere, `ringfence-${createHash("sha256").update(clone).digest("hex").slice(0, 12)}`);
}
