import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

type Link = { source: string; target: string };

/**
 * Makes the symbolic links among PostgreSQL's libraries that are missing. npm packages cannot hold any, so the package
 * makes them in an install script, which does not run where `ignore-scripts` is set.
 */
export function linkLibraries(binaries: string): void {
  const links = JSON.parse(readFileSync(join(binaries, "pg-symlinks.json"), "utf8")) as Link[];
  for (const { source, target } of links) {
    const path = join(binaries, "..", target); // always in one folder with its source
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if (!existsSync(path)) throw error; // else another start was first
    }
  }
}
